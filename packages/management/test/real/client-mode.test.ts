import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { established, heldClient, openLab, sinceVersion, skip, within } from '@ovpnkit/lab/testing';

describe('a client', { skip, concurrency: true }, () => {
  it('tells its way to the tunnel and out of it, state by state', async t => {
    const lab = await openLab(t, { client: () => heldClient });
    const client = await lab.release(0);
    const connected = await established(client);
    assert.deepEqual(
      [connected.description, connected.mode, String(connected.remoteAddress), connected.remotePort],
      ['SUCCESS', 'client', '198.18.0.1', 1194],
    );
    assert.match(String(connected.localVirtualIpv4), /^198\.19\.0\.\d+$/);
    assert.deepEqual(connected.upSince, connected.time);
    assert.deepEqual({ type: 'STATE', ...(await client.state()) }, connected);
    await client.signal('SIGTERM');
    await client.seen.next('STATE', ({ name }) => name === 'EXITING');
    const names = client.seen.all.flatMap(event => (event.type === 'STATE' ? [event.name] : []));
    assert.deepEqual(names.slice(0, 2), ['WAIT', 'AUTH']);
    assert.ok(names.indexOf('ASSIGN_IP') > 0 && names.indexOf('ASSIGN_IP') < names.indexOf('CONNECTED'));
    assert.equal(await within('the daemon ends', lab.client(0).exited), 0);
    assert.equal((await within('the connection ends', client.closed))?.reason, 'closed');
  });

  it('counts its bytes', async t => {
    const lab = await openLab(t, { client: () => heldClient });
    const client = await lab.release(0);
    await client.bytecount(1);
    await established(client);
    await lab.carries(0, 5, 1000);
    const count = await client.seen.next(
      'BYTECOUNT',
      ({ received, sent }) => received > 5000n && sent > 5000n,
    );
    const status = await client.status();
    assert.ok(status.mode === 'client');
    assert.deepEqual([...status.statistics.keys()].slice(0, 4), [
      'TUN/TAP read bytes',
      'TUN/TAP write bytes',
      'TCP/UDP read bytes',
      'TCP/UDP write bytes',
    ]);
    assert.ok((status.statistics.get('TCP/UDP read bytes') ?? 0n) >= count.received);
    assert.ok((status.statistics.get('TUN/TAP read bytes') ?? 0n) >= 5n * 1028n);
    for (const format of [1, 2] as const) assert.equal((await client.status(format)).mode, 'client');
    const rows = [];
    for await (const row of client.statusRows()) rows.push(row.type);
    assert.deepEqual(new Set(rows), new Set(['title', 'time', 'statistic']));
    const { clients, bytesIn } = await client.loadStats();
    assert.equal(clients, 0);
    assert.ok(bytesIn >= count.received);
    await client.bytecount(0);
  });

  it('is held at every start, and goes on when it is released', async t => {
    const lab = await openLab(t, { client: () => heldClient });
    const client = await lab.attach(lab.client(0));
    assert.equal((await client.seen.next('HOLD')).text, 'Waiting for hold release:0');
    await client.state('on');
    assert.equal(await client.hold(), true);
    await client.hold('release');
    await established(client);
    await client.signal('SIGUSR1');
    const { description } = await client.seen.next('STATE', state => state.name === 'RECONNECTING');
    assert.equal(description, 'SIGUSR1');
    const held = await client.seen.next('HOLD');
    assert.equal(held.wait, sinceVersion({ '2.4': 5, '2.6': 1, '2.7': 2 }));
    await client.hold('release');
    await established(client);
    await client.signal('SIGHUP');
    await client.seen.next('HOLD');
    await client.hold('off');
    await client.hold('release');
    await established(client);
  });

  it('tells when the tunnel interface goes up and down, with its environment', async t => {
    const lab = await openLab(t, {
      client: () => [...heldClient, 'management-up-down', 'setenv WHO "me, =>"'],
    });
    const client = await lab.release(0);
    const up = await client.seen.next('UPDOWN');
    assert.equal(up.direction, 'UP');
    assert.equal(up.env.get('dev_type'), 'tun');
    assert.equal(up.env.get('common_name'), 'server');
    assert.equal(up.env.get('WHO'), 'me, =>');
    const state = await established(client);
    assert.equal(up.env.get('ifconfig_local'), String(state.localVirtualIpv4));
    await client.signal('SIGTERM');
    const down = await client.seen.next('UPDOWN');
    assert.equal(down.direction, 'DOWN');
    assert.equal(down.env.get('ifconfig_local'), up.env.get('ifconfig_local'));
  });

  it('notices that the server goes, and comes back by itself', async t => {
    const lab = await openLab(t, { client: () => [...heldClient, 'connect-retry 1 1'] });
    const client = await lab.release(0);
    await client.hold('off');
    await established(client);
    // The server's farewell (explicit-exit-notify) spares the client the wait for the ping that does not come.
    await lab.server.stop();
    await client.seen.next('STATE', ({ name }) => name === 'RECONNECTING');
    await lab.server.start();
    await established(client);
    await lab.carries(0);
  });

  it('forgets passwords without a word, and refuses what only a server does', async t => {
    const lab = await openLab(t, { client: () => heldClient });
    const client = await lab.release(0);
    await established(client);
    await client.forgetPasswords();
    for (const call of [client.nclients(), client.kill('x'), client.clientKill(0), client.clientAuthNt(0, 1)])
      await assert.rejects(call, { name: 'CommandError' });
    assert.equal(await client.pid(), lab.client(0).pid);
  });
});
