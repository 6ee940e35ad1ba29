import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAtLeast, parseGreeting, parseVersion } from '../../src/protocol/version.ts';
import { recordedLines } from '../recordings.ts';

describe('the version of a daemon', () => {
  it('is read from what 2.6.14 says', () => {
    const [release = ''] = recordedLines('OpenVPN Version:');
    const [management = ''] = recordedLines('Management Version:');
    assert.deepEqual(parseVersion([release, management]), {
      release: release.slice('OpenVPN Version: '.length),
      version: '2.6.14',
      management: 5,
    });
  });

  it('is read from the words of other releases', () => {
    const version = (name: string, management: string) =>
      parseVersion([`OpenVPN Version: OpenVPN ${name} x86_64-pc-linux-gnu [SSL (OpenSSL)]`, management]);
    assert.equal(version('2.4.12', 'Management Version: 1')?.version, '2.4.12');
    assert.equal(version('2.5.9', 'Management Version: 3')?.management, 3);
    // As the official notes have it.
    assert.equal(version('2.7.2', 'Management Interface Version: 6')?.management, 6);
    assert.equal(version('2.7_rc2', 'Management Version: 5')?.version, '2.7_rc2');
    assert.equal(version('2.8_git', 'Management Version: 6')?.version, '2.8_git');
  });

  it('has no number when the release does not begin with one', () => {
    const version = parseVersion(['OpenVPN Version: MyVPN 1', 'Management Version: 5']);
    assert.deepEqual(version, { release: 'MyVPN 1', version: undefined, management: 5 });
  });

  it('is nothing when a line is missing or other lines came', () => {
    const [release, management] = ['OpenVPN Version: OpenVPN 2.6.14', 'Management Version: 5'];
    assert.equal(parseVersion([release]), undefined);
    assert.equal(parseVersion([management]), undefined);
    assert.equal(parseVersion([]), undefined);
    assert.equal(parseVersion([release, 'Management Version: five']), undefined);
    assert.ok(parseVersion(['Note: something new', management, release]));
  });
});

describe('the greeting', () => {
  it('has the version of the interface', () => {
    const [line = ''] = recordedLines('>INFO:');
    assert.equal(parseGreeting(line), 5);
    assert.equal(parseGreeting(line.replace('5', '12')), 12);
  });

  it('is no other line', () => {
    for (const line of [
      '',
      '>INFO:',
      '>INFO:hello',
      'INFO:OpenVPN Management Interface Version 5',
      'x >INFO:OpenVPN Management Interface Version 5',
    ])
      assert.equal(parseGreeting(line), undefined, line);
  });
});

describe('a version', () => {
  it('compares by its numbers, and a pre-release counts as patch 0', () => {
    const reaches = (version: string) => isAtLeast(version, 2, 7, 1);
    for (const version of ['2.7.1', '2.7.2', '2.7.10', '2.8_git', '2.10.0', '3.0'])
      assert.ok(reaches(version), version);
    for (const version of ['2.7.0', '2.7', '2.7_rc2', '2.7_beta1', '2.6.14', '2.4.12', '1.9.9', '', 'x'])
      assert.ok(!reaches(version), version);
  });
});
