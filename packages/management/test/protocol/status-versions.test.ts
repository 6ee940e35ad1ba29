// Statuses of releases that were not recorded: written after the columns in their sources.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Client, Route } from '../../src/protocol/status.ts';
import { parseStatus } from '../../src/protocol/status-parser.ts';
import { parseStatusTime } from '../../src/protocol/status-time.ts';

function read(lines: readonly string[]): { clients: readonly Client[]; routes: readonly Route[] } {
  const status = parseStatus(lines);
  assert.ok(status?.mode === 'server');
  assert.deepEqual(status.malformed, []);
  return status;
}

const clients = (columns: string, row: string): readonly Client[] =>
  read(['TITLE,OpenVPN', 'TIME,x,1', `HEADER,CLIENT_LIST,${columns}`, `CLIENT_LIST,${row}`]).clients;

const routes = (...rows: string[]): readonly Route[] =>
  read([
    'TITLE,OpenVPN',
    'TIME,x,1',
    'HEADER,ROUTING_TABLE,Virtual Address,Common Name,Real Address,Last Ref,Last Ref (time_t)',
    ...rows.map(row => `ROUTING_TABLE,${row}`),
  ]).routes;

const columns23 =
  'Common Name,Real Address,Virtual Address,Bytes Received,Bytes Sent,Connected Since,Connected Since (time_t),Username';
const columns24 = `${columns23.replace('Virtual Address', 'Virtual Address,Virtual IPv6 Address')},Client ID,Peer ID`;
const columns26 = `${columns24},Data Channel Cipher`;

describe('the client list', () => {
  it('of 2.3 has no IPv6, no ids and dates as ctime writes them', () => {
    const [client] = clients(
      columns23,
      'client1,198.51.100.7:49152,10.8.0.6,10,20,Wed Jun  5 23:03:21 2019,1559768601,UNDEF',
    );
    assert.ok(client);
    assert.equal(String(client.virtualIpv4), '10.8.0.6');
    assert.deepEqual(client.connectedSince, new Date(1559768601_000));
    assert.deepEqual(
      [client.virtualIpv6, client.cid, client.username, client.cipher],
      Array(4).fill(undefined),
    );
  });

  it('of 2.4 has ids and no cipher', () => {
    const row =
      'client1,198.51.100.7:49152,10.8.0.6,fd00::6,10,20,Wed Jun 15 23:03:21 2019,1560632601,alice,7,3';
    const [client] = clients(columns24, row);
    assert.deepEqual(
      [client?.cid, client?.peerId, client?.username, client?.cipher],
      [7, 3, 'alice', undefined],
    );
  });

  it('of a client that is not yet authenticated has names and addresses missing', () => {
    const [client] = clients(
      columns26,
      'UNDEF,198.51.100.7:49152,,,10,20,2026-11-21 19:19:41,1795288781,UNDEF,0,0,BF-CBC',
    );
    assert.deepEqual(
      [client?.commonName, client?.username, client?.virtualIpv4],
      ['UNDEF', undefined, undefined],
    );
  });

  it('of 2.7 has the protocol in the address', () => {
    const address = (text: string) => {
      const [client] = clients(
        columns26,
        `c,${text},10.8.0.6,,1,2,2026-11-21 19:19:41,1795288781,u,0,0,AES-256-GCM`,
      );
      const real = client?.realAddress;
      return [real?.protocol, String(real?.address), real?.port, String(real)];
    };
    assert.deepEqual(address('udp4:1.2.3.4:5'), ['udp4', '1.2.3.4', 5, 'udp4:1.2.3.4:5']);
    const server = 'tcp6-server:[2001:db8::1]:443';
    assert.deepEqual(address(server), ['tcp6-server', '2001:db8::1', 443, server]);
    assert.deepEqual(address('udp6:[2001:db8::1]:443').slice(0, 3), ['udp6', '2001:db8::1', 443]);
    // Up to 2.6 an IPv6 address stands alone.
    assert.deepEqual(address('2001:db8::1'), [undefined, '2001:db8::1', undefined, '2001:db8::1']);
  });

  it('of a newer release may have columns that are not known here, anywhere', () => {
    const row = 'new,client1,198.51.100.7:49152,newer,10,20,2026-11-21 19:19:41,1795288781';
    const [client] = clients(
      'Shoe Size,Common Name,Real Address,Hat Size,Bytes Received,Bytes Sent,Connected Since,Connected Since (time_t)',
      row,
    );
    assert.deepEqual([client?.commonName, client?.bytesSent], ['client1', 20n]);
  });

  it('of format 1 up to 2.4 has dates as ctime writes them', () => {
    const status = read([
      'OpenVPN CLIENT LIST',
      'Updated,Wed Jun  5 23:03:21 2019',
      'Common Name,Real Address,Bytes Received,Bytes Sent,Connected Since',
      'client1,198.51.100.7:49152,10,20,Wed Jun  5 23:00:01 2019',
      'ROUTING TABLE',
      'Virtual Address,Common Name,Real Address,Last Ref',
      '10.8.0.6,client1,198.51.100.7:49152,Wed Jun 15 23:03:20 2019',
      'GLOBAL STATS',
      'Max bcast/mcast queue length,0',
    ]);
    assert.deepEqual(status.clients[0]?.connectedSince, new Date(2019, 5, 5, 23, 0, 1));
    assert.deepEqual(status.routes[0]?.lastReference, new Date(2019, 5, 15, 23, 3, 20));
  });
});

describe('the routing table', () => {
  it('marks networks and cached routes, of IPv4 and IPv6', () => {
    const end = 'c,1.2.3.4:5,2026-11-21 19:19:41,1795288781';
    assert.deepEqual(
      routes(
        `10.8.0.6C,${end}`,
        `fd00::6C,${end}`,
        `10.9.0.0/24,${end}`,
        `fd00::/64,${end}`,
        `fd00::c,${end}`,
      ).map(route => [route.virtualAddress, String(route.address), route.prefixLength, route.cached]),
      [
        ['10.8.0.6', '10.8.0.6', undefined, true],
        ['fd00::6', 'fd00::6', undefined, true],
        ['10.9.0.0', '10.9.0.0', 24, false],
        ['fd00::', 'fd00::', 64, false],
        ['fd00::c', 'fd00::c', undefined, false],
      ],
    );
  });

  it('of a bridge has MAC addresses, with a VLAN or without', () => {
    const end = 'c,udp4:1.2.3.4:5,2026-11-21 19:19:41,1795288781';
    assert.deepEqual(
      routes(`0a:1b:2c:3d:4e:5f@7,${end}`, `0a:1b:2c:3d:4e:5c,${end}`).map(route => [
        route.virtualAddress,
        route.address,
        route.vid,
        route.cached,
      ]),
      [
        ['0a:1b:2c:3d:4e:5f', undefined, 7, false],
        ['0a:1b:2c:3d:4e:5c', undefined, undefined, false],
      ],
    );
  });
});

describe('a time', () => {
  it('is read in all three forms, and a day that does not exist is none', () => {
    assert.deepEqual(parseStatusTime('1795288781'), new Date(1795288781_000));
    assert.deepEqual(parseStatusTime('2024-02-29 23:59:59'), new Date(2024, 1, 29, 23, 59, 59));
    assert.deepEqual(parseStatusTime('Thu Feb 29 00:00:00 2024'), new Date(2024, 1, 29));
    for (const bad of [
      '',
      'now',
      '2023-02-29 00:00:00',
      '2026-13-01 00:00:00',
      '2026-01-01 24:00:00',
      '2026-01-01T00:00:00',
      'Wed Foo  5 23:03:21 2019',
      'Wed Jun 31 23:03:21 2019',
      '2026-00-01 00:00:00',
      '2026-01-00 00:00:00',
    ])
      assert.equal(parseStatusTime(bad), undefined, bad);
  });
});
