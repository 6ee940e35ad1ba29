import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  type Attached,
  authServer,
  established,
  eventually,
  heldClient,
  isSince,
  openLab,
  skip,
  type TestLab,
  within,
} from '@ovpnkit/lab/testing';
import type { Client, ServerStatus, StatusRow } from '@ovpnkit/management';

const refused = { name: 'CommandError' };

async function serverStatus(server: Attached, format?: 1 | 2 | 3): Promise<ServerStatus> {
  const status = await server.status(format);
  assert.equal(status.mode, 'server');
  assert.ok(status.mode === 'server');
  assert.deepEqual(status.malformed, []);
  return status;
}

/** The rows of the clients that are connected, in the order of their names, once there are `count`. */
const connectedClients = (server: Attached, count: number) =>
  eventually(`${count} clients are connected`, async () => {
    const { clients } = await serverStatus(server);
    const ready = clients.filter(client => client.virtualIpv4 !== undefined);
    return ready.length === count && ready.sort((a, b) => (a.commonName < b.commonName ? -1 : 1));
  });

/** A server that lets everybody in, with clients of these names, and management clients for all. */
async function openNetwork(
  t: TestContext,
  clientNames: readonly string[],
): Promise<{ lab: TestLab; server: Attached; clients: Attached[]; rows: Client[] }> {
  const lab = await openLab(t, { clientNames, server: authServer, client: () => heldClient });
  const server = await lab.attach(lab.server);
  server.on('CLIENT', async event => {
    if (event.kind === 'CONNECT') await event.allow();
  });
  const clients = await Promise.all(clientNames.map((_, index) => lab.release(index)));
  await Promise.all(clients.map(established));
  return { lab, server, clients, rows: await connectedClients(server, clientNames.length) };
}

describe('the commands of a server', { skip, concurrency: 3 }, () => {
  it('tell who is connected, in all three formats and row by row', async t => {
    const { lab, server, rows } = await openNetwork(t, ['alice', 'bob']);
    const [alice] = rows;
    assert.ok(alice);
    assert.equal(alice.commonName, 'alice');
    assert.equal(alice.realAddress.protocol, isSince('2.7') ? 'udp4' : undefined);
    assert.equal(String(alice.realAddress.address), lab.client(0).address);
    assert.ok(String(alice.virtualIpv4).startsWith('198.19.0.'));
    assert.equal(alice.username, undefined);
    assert.equal(alice.cipher, 'AES-256-GCM');
    assert.ok(alice.bytesReceived > 0n && alice.bytesSent > 0n);
    assert.deepEqual(new Set(rows.map(row => row.cid)), new Set([0, 1]));

    for (const format of [1, 2, 3] as const) {
      const { clients, routes, time, statistics } = await serverStatus(server, format);
      assert.deepEqual(clients.map(client => client.commonName).sort(), ['alice', 'bob']);
      const own = clients.find(client => client.commonName === 'alice');
      assert.deepEqual(own?.realAddress, alice.realAddress);
      assert.deepEqual(own?.connectedSince, alice.connectedSince);
      assert.equal(own?.cid, format === 1 ? undefined : alice.cid);
      assert.ok(routes.some(route => route.virtualAddress === String(alice.virtualIpv4)));
      assert.ok(time >= alice.connectedSince);
      assert.ok(statistics.has('Max bcast/mcast queue length'));
      const streamed: StatusRow[] = [];
      for await (const row of server.statusRows(format)) streamed.push(row);
      assert.equal(streamed.filter(row => row.type === 'client').length, 2);
      assert.equal(streamed.at(-1)?.type, 'statistic');
    }
    for await (const row of server.statusRows()) if (row.type === 'client') break;
    assert.equal(await server.pid(), lab.server.pid);
  });

  it('count: nclients, load-stats, and bytecount for each client', async t => {
    const { lab, server, rows } = await openNetwork(t, ['alice', 'bob']);
    assert.equal(await server.nclients(), 2);
    const { clients, bytesIn, bytesOut } = await server.loadStats();
    assert.equal(clients, 2);
    assert.ok(bytesIn > 0n && bytesOut > 0n);
    await server.bytecount(1);
    for (const row of rows) {
      const count = await server.seen.next('BYTECOUNT_CLI', event => event.cid === row.cid);
      assert.ok(count.received >= row.bytesReceived && count.sent >= row.bytesSent);
    }
    await lab.carries(0, 5, 1000);
    const grown = (rows[0]?.bytesReceived ?? 0n) + 5_000n;
    await server.seen.next('BYTECOUNT_CLI', event => event.cid === rows[0]?.cid && event.received > grown);
    await server.bytecount(0);
  });

  it('disconnect by name, by real address, or by CID what has a colon in its name', async t => {
    const { server, clients, rows } = await openNetwork(t, ['alice', 'bob', 'c:d']);
    const [alice, bob, colon] = rows;
    assert.ok(alice && bob && colon?.cid !== undefined);
    const gone = (row: Client) => server.seen.kind('CLIENT', 'DISCONNECT', event => event.cid === row.cid);
    await server.kill('alice');
    await gone(alice);
    const { address, port } = bob.realAddress;
    await server.kill(isSince('2.7') ? `udp:${address}:${port}` : `${address}:${port}`);
    await gone(bob);
    // From 2.7 on it would be taken for the name 'c', and is not sent.
    await assert.rejects(server.kill('c:d'), isSince('2.7') ? { name: 'EncodeError' } : refused);
    assert.equal(await server.nclients(), 1);
    await server.clientKill(colon.cid);
    // Only client-kill tells the client to come again; the others find out when no answer comes.
    await clients[2]?.seen.next('STATE', state => state.name === 'RECONNECTING');
    await clients[2]?.seen.next('HOLD');
    await clients[2]?.hold('release');
    const again = await server.seen.kind('CLIENT', 'ESTABLISHED');
    assert.equal(again.env.get('common_name'), 'c:d');
    assert.ok(again.cid > colon.cid);
  });

  it('disconnect with a message that reaches the client', async t => {
    const { lab, server, clients, rows } = await openNetwork(t, ['alice', 'bob']);
    const [alice, bob] = clients;
    assert.ok(alice && bob && rows[0]?.cid !== undefined && rows[1]?.cid !== undefined);
    await server.clientKill(rows[0].cid, 'RESTART,[N]please move');
    const reset = await alice.seen.next('NOTIFY');
    assert.deepEqual(
      [reset.severity, reset.kind, reset.text],
      ['info', 'server-pushed-connection-reset', '[N]please move'],
    );
    await server.clientKill(rows[1].cid, 'HALT,so long');
    const halt = await bob.seen.next('NOTIFY');
    assert.deepEqual([halt.severity, halt.kind, halt.text], ['info', 'server-pushed-halt', 'so long']);
    assert.equal(await within('the daemon ends', lab.client(1).exited), 0);
  });

  it('push an update, which the client tells, and nothing gets out of step', async t => {
    const { server, clients, rows } = await openNetwork(t, ['alice', 'bob']);
    const [alice] = clients;
    const cid = rows[0]?.cid;
    assert.ok(alice && cid !== undefined);
    await alice.log('on');
    const options = 'route 10.77.0.0 255.255.0.0';
    const answers = await Promise.allSettled([
      server.pushUpdateBroad(options),
      server.pushUpdateCid(cid, options),
      server.pushUpdateCid(99, options),
      server.nclients(),
      server.verb(),
    ]);
    const [all, one, nobody, count, verb] = answers.map(answer =>
      answer.status === 'fulfilled' ? answer.value : answer.reason.name,
    );
    assert.deepEqual([nobody, count, verb], ['CommandError', 2, 3]);
    assert.deepEqual([all, one], isSince('2.7') ? [2, 1] : ['CommandError', 'CommandError']);
    if (isSince('2.7')) assert.deepEqual((await alice.seen.next('PUSH_UPDATE')).options, [options]);
  });

  it('are refused when they name nobody, and the connection goes on', async t => {
    const lab = await openLab(t, { clients: 0, server: authServer });
    const server = await lab.attach(lab.server);
    const calls = [
      server.kill('nobody'),
      server.kill(isSince('2.7') ? 'tcp:192.0.2.1:5' : '192.0.2.1:5'),
      server.kill('udp:192.0.2.1:5'),
      server.clientKill(99),
      server.clientAuth(99, 1, ['push "route 192.168.66.0 255.255.255.0"', 'pid', 'signal SIGTERM']),
      server.clientAuthNt(99, 1),
      server.clientDeny(99, 1, 'reason', 'client reason'),
      // 2.5 says that it has asked, whom ever.
      ...(isSince('2.6') ? [server.clientPendingAuth(99, 1, { kind: 'CR_TEXT', text: 'Code' }, 30)] : []),
      server.clientPf(0, ['[CLIENTS ACCEPT]', '[END]']),
      server.pushUpdateBroad('route 10.0.0.0'),
      server.pushUpdateCid(0, 'route 10.0.0.0'),
      server.remote('ACCEPT'),
      server.proxy('NONE'),
      server.remoteEntryCount(),
      server.crResponse('7777'),
    ];
    // Any of them may be refused first.
    await Promise.all(calls.map(call => assert.rejects(call, refused)));
    for (const kid of [isSince('2.6') ? 0 : -2, -1, 1.5]) {
      await assert.rejects(server.clientAuthNt(0, kid), { name: 'EncodeError' });
    }
    assert.equal(await server.nclients(), 0);
    assert.equal(await server.pid(), lab.server.pid);
    assert.deepEqual((await serverStatus(server)).clients, []);
    assert.deepEqual(server.seen.all, []);
  });
});
