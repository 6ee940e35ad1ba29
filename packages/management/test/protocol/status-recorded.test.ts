import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ServerStatus } from '../../src/protocol/status.ts';
import { parseStatus } from '../../src/protocol/status-parser.ts';
import { statusLines } from '../recordings.ts';

function server(name: string): ServerStatus {
  const status = parseStatus(statusLines(name));
  assert.ok(status?.mode === 'server');
  assert.deepEqual(status.malformed, []);
  return status;
}

/** A value with its addresses, dates and counters as text. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? String(field) : field)),
  );

/** What all three formats print of a client. */
const ofEveryFormat = ({ clients }: ServerStatus) =>
  clients.map(({ commonName, realAddress, bytesReceived, bytesSent, connectedSince }) =>
    plain({ commonName, realAddress, bytesReceived, bytesSent, connectedSince }),
  );

describe('a recorded status', () => {
  it('has the same client and the same routes in all three formats', () => {
    const [one, two, three] = [1, 2, 3].map(format => server(`server-1client-v${format}`));
    assert.ok(one && two && three);
    assert.deepEqual(plain(two), plain(three));
    assert.deepEqual(ofEveryFormat(one), ofEveryFormat(two));
    assert.deepEqual(plain(one.routes), plain(two.routes));
    assert.deepEqual(one.time, two.time);
    assert.deepEqual([...one.statistics], [['Max bcast/mcast queue length', 1n]]);
    assert.deepEqual([...two.statistics], [...one.statistics, ['dco_enabled', 0n]]);
  });

  it('has everything that the daemon printed of a client', () => {
    const [client] = server('server-1client-v3').clients;
    assert.deepEqual(plain(client), {
      commonName: 'client1',
      realAddress: '10.99.0.2:58409',
      virtualIpv4: '10.77.0.50',
      virtualIpv6: 'fd77::1000',
      bytesReceived: '3599',
      bytesSent: '3583',
      connectedSince: new Date(1795288639_000).toJSON(),
      username: 'alice',
      cid: 0,
      peerId: 0,
      cipher: 'AES-256-GCM',
    });
  });

  it('has every route, networks behind a client among them', () => {
    const routes = server('server-1client-v3').routes;
    assert.deepEqual(
      routes.map(route => [route.virtualAddress, route.prefixLength, route.cached, route.vid]),
      [
        ['fd88::', 64, false, undefined],
        ['fd77::1000', undefined, false, undefined],
        ['172.31.5.0', 24, false, undefined],
        ['10.77.0.50', undefined, false, undefined],
      ],
    );
    assert.deepEqual(
      new Set(routes.map(route => `${route.commonName} ${route.realAddress}`)),
      new Set(['client1 10.99.0.2:58409']),
    );
  });

  it('has every client in its order, and the same name twice', () => {
    const names = (name: string) => server(name).clients.map(client => client.commonName);
    assert.deepEqual(names('server-3clients-v1'), ['client1', 'client2', 'client3']);
    assert.deepEqual(names('server-3clients-v2'), ['client1', 'client2', 'client3']);
    assert.deepEqual(names('server-3clients-v3'), ['client1', 'client2', 'client3', 'client3']);
    assert.deepEqual(
      server('server-3clients-v3').clients.map(client => client.cid),
      [0, 2, 1, 3],
    );
    assert.equal(server('server-3clients-v3').routes.length, 8);
  });

  it('has neither user names nor ids in format 1, which does not print them', () => {
    for (const client of server('server-3clients-v1').clients) {
      const { username, cid, peerId, cipher, virtualIpv4, virtualIpv6 } = client;
      assert.deepEqual([username, cid, peerId, cipher, virtualIpv4, virtualIpv6], Array(6).fill(undefined));
    }
  });

  it('may be of a server without clients', () => {
    for (const format of [1, 2, 3]) {
      const { clients, routes, statistics } = server(`server-empty-v${format}`);
      assert.deepEqual([clients, routes, statistics.get('Max bcast/mcast queue length')], [[], [], 0n]);
    }
  });

  it('has the title and the time of the daemon', () => {
    assert.match(server('server-empty-v3').title, /^OpenVPN 2\.6\.14 x86_64/);
    assert.match(server('server-empty-v2').title, /^OpenVPN 2\.6\.14 x86_64/);
    assert.equal(server('server-empty-v1').title, 'OpenVPN CLIENT LIST');
    assert.deepEqual(server('server-empty-v3').time, new Date(1795289833_000));
    // Format 1 has nothing but the daemon's local time, which is read as ours.
    assert.deepEqual(server('server-empty-v1').time, new Date(2026, 10, 21, 19, 37, 13));
  });

  it('of a client is its counters, in any format', () => {
    const status = parseStatus(statusLines('client-statistics'));
    assert.deepEqual(status, {
      mode: 'client',
      complete: true,
      time: new Date(2026, 10, 21, 19, 23, 33),
      statistics: new Map([
        ['TUN/TAP read bytes', 48n],
        ['TUN/TAP write bytes', 48n],
        ['TCP/UDP read bytes', 3295n],
        ['TCP/UDP write bytes', 3107n],
        ['Auth read bytes', 48n],
      ]),
      malformed: [],
    });
  });
});
