import { deepEqual, equal } from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { atEnd, temporaryFolder } from '@ovpnkit/lab/testing';
import { findManagementSockets, reachable } from '../src/cli/management-sockets.ts';

/** A folder in the place of /run with these sockets in it, at each of which somebody listens whom nobody may disturb. */
async function runWith(
  t: TestContext,
  paths: readonly string[],
): Promise<{ run: string; connections: () => number }> {
  const run = temporaryFolder(t);
  let connections = 0;
  for (const path of paths) {
    mkdirSync(dirname(join(run, path)), { recursive: true });
    const server = createServer(() => {
      connections += 1;
    });
    await new Promise<void>(resolve => server.listen(join(run, path), resolve));
    atEnd(t, () => server.close());
  }
  return { run, connections: () => connections };
}

describe('the sockets of daemons and hubs', () => {
  it('are found by their folders and their type, and nobody is disturbed', async t => {
    const { run, connections } = await runWith(t, [
      'openvpn/a.sock',
      'openvpn-server/office/management',
      'openvpn/deep/deeper/no.sock',
      'other/no.sock',
      'ovpnkit/hub.sock',
    ]);
    writeFileSync(join(run, 'openvpn/server.pid'), '1');
    symlinkSync(join(run, 'other/no.sock'), join(run, 'openvpn/link.sock'));
    const { daemons, hubs, unreadable } = findManagementSockets(run);
    deepEqual(daemons, [join(run, 'openvpn-server/office/management'), join(run, 'openvpn/a.sock')]);
    deepEqual([hubs, unreadable], [[join(run, 'ovpnkit/hub.sock')], []]);
    equal(connections(), 0);
  });

  it('are none where there is nothing', t => {
    deepEqual(findManagementSockets(join(temporaryFolder(t), 'none')), {
      daemons: [],
      hubs: [],
      unreadable: [],
    });
  });

  it('do not include those that the kernel knows for another kind', async t => {
    const { run } = await runWith(t, ['openvpn/a.sock', 'openvpn/log', 'openvpn/client']);
    const listed = join(run, 'listed');
    const row = (flags: string, type: string, path: string) =>
      `0000000000000000: 00000002 00000000 ${flags} ${type} 01 4711 ${join(run, path)}`;
    writeFileSync(
      listed,
      [
        'Num',
        row('00010000', '0001', 'openvpn/a.sock'),
        row('00000000', '0002', 'openvpn/log'),
        row('00000000', '0001', 'openvpn/client'),
      ].join('\n'),
    );
    deepEqual(findManagementSockets(run, listed).daemons, [join(run, 'openvpn/a.sock')]);
  });

  it('are reached through the hub when that has one of the same name', () => {
    const daemons = ['/run/openvpn/server.sock', '/run/openvpn/other.sock'];
    deepEqual(reachable({ daemons, hubs: ['/run/ovpnkit/server.sock'], unreadable: [] }), [
      '/run/ovpnkit/server.sock',
      '/run/openvpn/other.sock',
    ]);
  });
});
