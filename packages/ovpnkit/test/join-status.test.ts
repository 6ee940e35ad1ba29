import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseStatus, type Status } from '@ovpnkit/management';
import { joinStatus } from '../src/status/join-status.ts';

const recordings = join(import.meta.dirname, '../../management/test/recordings/status');

/** The first lines of a recorded status, and so many of its clients. */
function recorded(format: 1 | 3, clients = Infinity): Status {
  const name = `openvpn-2.6.14-server-3clients-v${format}.txt`;
  const lines = readFileSync(join(recordings, name), 'utf8').split('\r\n').slice(0, -2);
  const status = parseStatus(clients === Infinity ? lines : lines.slice(0, 3 + clients));
  assert.ok(status);
  return status;
}

describe('what two formats know together', () => {
  const whole = recorded(1);
  assert.ok(whole.mode === 'server');

  it('is every client, with all that is known of each, and is not complete', () => {
    for (let count = 0; count <= whole.clients.length; count++) {
      const first = recorded(3, count);
      assert.ok(first.mode === 'server' && !first.complete);
      const joined = joinStatus(first, whole);
      assert.ok(joined.mode === 'server' && !joined.complete);
      assert.equal(joined.problem, first.problem);
      assert.deepEqual(
        joined.clients.map(({ realAddress }) => realAddress.text).sort(),
        whole.clients.map(({ realAddress }) => realAddress.text).sort(),
      );
      assert.equal(joined.clients.filter(({ cid }) => cid !== undefined).length, count);
      assert.deepEqual(joined.routes, whole.routes);
      assert.deepEqual([...joined.statistics], [...whole.statistics]);
    }
  });

  it('has the times of format 1 in the zone of the daemon', () => {
    const [first, hours] = [recorded(3, 0), 5 * 3_600_000];
    assert.ok(first.mode === 'server');
    const elsewhere = { ...first, time: new Date(whole.time.getTime() + hours) };
    const joined = joinStatus(elsewhere, whole);
    assert.ok(joined.mode === 'server');
    assert.deepEqual(
      joined.clients.map(({ connectedSince }) => connectedSince.getTime()),
      whole.clients.map(({ connectedSince }) => connectedSince.getTime() + hours),
    );
  });

  it('has clients of one address, which has no port, as often as they are there', () => {
    const [client] = whole.clients;
    assert.ok(client);
    const first = { ...recorded(3, 0), clients: [client] } as Status;
    const joined = joinStatus(first, { ...whole, clients: [client, client, client] });
    assert.ok(joined.mode === 'server');
    assert.equal(joined.clients.length, 3);
  });

  it('is what the one knows where the other knows nothing', () => {
    const first = recorded(3, 1);
    assert.equal(joinStatus(first, undefined), first);
    const nothing = { mode: 'unknown', complete: false, problem: 'x', malformed: [] } as const;
    assert.equal(joinStatus(first, nothing), first);
    assert.deepEqual(joinStatus(nothing, whole), { ...whole, complete: false, problem: 'x' });
  });
});
