import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EncodeError } from '../../src/protocol/encode-error.ts';
import { refuseMisreadKill } from '../../src/protocol/kill-target.ts';

const isRefused = (target: string, form: 'ip:port' | 'protocol:ip:port'): boolean => {
  try {
    refuseMisreadKill(target, form);
    return false;
  } catch (error) {
    assert.ok(error instanceof EncodeError);
    return true;
  }
};

describe('a target of kill', () => {
  it('is refused where the daemon would take its beginning for a name', () => {
    for (const target of ['fd05::2', 'name:', 'udp6::', '1.2.3.4:5:6'])
      assert.ok(isRefused(target, 'ip:port'), target);
    for (const target of [
      'fd05::2',
      'name:',
      'a:b',
      '198.51.100.7:1194',
      'udp6:[fd05::2]:1194',
      'tcp:1.2.3.4:5:6',
    ])
      assert.ok(isRefused(target, 'protocol:ip:port'), target);
  });

  it('is left to the daemon where that does what it says, or complains', () => {
    for (const target of ['alice', 'Doe, Jane "JD"', '198.51.100.7:1194', 'c:d', 'udp:192.0.2.1:5', ':x'])
      assert.ok(!isRefused(target, 'ip:port'), target);
    for (const target of ['alice', 'udp:198.51.100.7:1194', 'udp4:198.51.100.7:1194', 'a:b:c', ':x'])
      assert.ok(!isRefused(target, 'protocol:ip:port'), target);
  });

  it('is refused where the daemon would read a shorter name', () => {
    assert.ok(!isRefused('x'.repeat(127), 'ip:port'));
    for (const name of ['x'.repeat(128), 'ü'.repeat(64)]) assert.ok(isRefused(name, 'ip:port'));
  });
});
