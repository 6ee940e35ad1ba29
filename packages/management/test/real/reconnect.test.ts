import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Attached,
  authServer,
  established,
  heldClient,
  open,
  openDaemon,
  openLab,
  skip,
  skipDaemon,
  within,
} from '@ovpnkit/lab/testing';
import type { Event } from '@ovpnkit/management';

const quickly = { minDelayMs: 5, maxDelayMs: 50 };
const closed = { name: 'ConnectionError', reason: 'closed' };

/** The events of the connection itself, in order. */
const ownEvents = (client: Attached) =>
  client.seen.all.flatMap(({ type }) => (/^[a-z]/.test(type) && type !== 'retry' ? [type] : []));

describe('a management client that stays with its daemon', { skip, concurrency: true }, () => {
  it('finds the new daemon after the old one was killed, and switches everything on again', async t => {
    const lab = await openLab(t, { clients: 2, server: authServer, client: () => heldClient });
    const server = await lab.attach(lab.server, { reconnect: quickly });
    await server.announceVersion(3);
    await server.envFilter(3);
    await server.state('on', 'all');
    await server.log('on');
    await server.bytecount(1);
    server.on('CLIENT', async event => {
      if (event.kind === 'CONNECT') await event.allow();
    });
    const { pid } = lab.server;
    await established(await lab.release(0));

    await lab.server.stop('SIGKILL');
    const { error } = await server.seen.next('down');
    assert.equal(error.reason, 'closed');
    assert.equal(server.connected, false);
    await assert.rejects(server.pid(), closed);
    assert.ok((await server.seen.next('retry')).attempt >= 1);
    await lab.server.start();
    await server.seen.next('up');
    const snapshot = await server.seen.next('snapshot');
    assert.equal(snapshot.pid, lab.server.pid);
    assert.notEqual(snapshot.pid, pid);
    assert.equal(snapshot.status?.mode, 'server');
    assert.equal(server.connected, true);
    assert.equal(await server.pid(), lab.server.pid);
    assert.deepEqual(ownEvents(server), ['down', 'up', 'snapshot']);

    // Each of the settings shows: in the daemon's log, and in what comes by itself from now on.
    const commands = (await server.log('all')).map(({ text }) => text);
    for (const command of ['version 3', 'env-filter 3', 'state on', 'log on', 'bytecount 1'])
      assert.ok(commands.includes(`MANAGEMENT: CMD '${command}'`), command);
    await server.seen.next('LOG');
    await established(await lab.release(1));
    const { cid, env } = await server.seen.kind('CLIENT', 'ESTABLISHED');
    assert.equal(env.size, 0);
    await server.seen.next('BYTECOUNT_CLI', event => event.cid === cid);
  });

  it('stays connected while its daemon restarts itself', async t => {
    const lab = await openLab(t, { clients: 0, server: ['connect-retry 1 1'] });
    const server = await lab.attach(lab.server, { reconnect: quickly });
    await server.state('on');
    for (const name of ['SIGUSR1', 'SIGHUP'] as const) {
      await server.signal(name);
      const { description } = await server.seen.next('STATE', state => state.name === 'RECONNECTING');
      assert.equal(description, name);
      await established(server);
    }
    assert.equal(await server.pid(), lab.server.pid);
    assert.deepEqual(ownEvents(server), []);
  });

  it('gives no late answer to a client of the daemon that was before', async t => {
    const lab = await openLab(t, { clients: 2, server: authServer, client: () => heldClient });
    const server = await lab.attach(lab.server, { reconnect: quickly });
    await lab.release(0);
    const old = await server.seen.kind('CLIENT', 'CONNECT');
    await lab.server.stop('SIGKILL');
    await lab.server.start();
    await server.seen.next('snapshot');
    await lab.release(1);
    const fresh = await server.seen.kind(
      'CLIENT',
      'CONNECT',
      event => event.env.get('common_name') === 'client2',
    );
    assert.deepEqual([fresh.cid, fresh.kid], [old.cid, old.kid]);
    await assert.rejects(old.allow(), closed);
    await assert.rejects(old.pending({ kind: 'CR_TEXT', text: 'Code' }, 30), Error);
    const status = await server.status();
    assert.ok(status.mode === 'server');
    assert.deepEqual(
      status.clients.map(row => row.virtualIpv4),
      [undefined],
    );
    await fresh.allow();
    await server.seen.kind('CLIENT', 'ESTABLISHED');
  });

  it('has no status to tell while the daemon is held', async t => {
    const lab = await openLab(t, { clients: 0, server: ['management-hold'] });
    const server = await lab.attach(lab.server, { reconnect: quickly });
    await server.hold('release');
    await lab.server.stop('SIGKILL');
    await lab.server.start();
    await server.seen.next('up');
    await server.seen.next('HOLD');
    const { status, pid } = await server.seen.next('snapshot');
    assert.deepEqual([status, pid], [undefined, lab.server.pid]);
  });

  it('switches on again what was sent as text, as the daemon had read it', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket, reconnect: quickly });
    for (const line of ['bytecount 7s', 'env-filter 2', 'env-filter', 'log all on', 'echo on'])
      await client.raw(line);
    await client.raw('echo off');
    await daemon.stop('SIGKILL');
    await daemon.start();
    await client.seen.next('snapshot');
    const commands = (await client.log('all')).map(({ text }) => text);
    for (const command of ['bytecount 7', 'env-filter 0', 'log on'])
      assert.ok(commands.includes(`MANAGEMENT: CMD '${command}'`), command);
    assert.ok(!commands.some(text => text.includes('echo')));
  });
});

describe('the end of a connection', { skip: skipDaemon, concurrency: true }, () => {
  it('is told to all, when the daemon goes and nobody wants to reconnect', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    const once = assert.rejects(client.once('STATE'), closed);
    await daemon.stop('SIGKILL');
    const error = await within('the connection ends', client.closed);
    assert.equal(error?.reason, 'closed');
    assert.equal(await within('the events end', client.seen.ended), error);
    await once;
    await assert.rejects(client.pid(), closed);
    await assert.rejects(client.events().next(), error);
    await assert.rejects(client.statusRows().next(), closed);
    assert.equal(client.connected, false);
  });

  it('is no error when we close', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket, reconnect: quickly });
    const late = assert.rejects(client.log('all'), closed);
    const seen: Event[] = [];
    const loop = (async () => {
      for await (const event of client) seen.push(event);
    })();
    await client.close();
    await client.close();
    await loop;
    assert.equal(await within('the connection ends', client.closed), undefined);
    assert.equal(await within('the events end', client.seen.ended), undefined);
    await late;
    await assert.rejects(client.pid(), closed);
    assert.deepEqual(seen, []);
  });

  it('comes while we wait for the daemon to come back, when we close', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket, reconnect: quickly });
    await daemon.stop('SIGKILL');
    await client.seen.next('retry', ({ attempt }) => attempt === 3);
    await client.close();
    assert.equal(await within('the connection ends', client.closed), undefined);
    assert.equal(await within('the events end', client.seen.ended), undefined);
  });

  it('comes when a consumer of events is too slow, unless it may miss some', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket, reconnect: quickly });
    const lossy = client.events({ capacity: 10, overflow: 'drop-oldest' });
    await client.log('on');
    for (let round = 0; round < 30; round++) await client.pid();
    const first = await lossy.next();
    assert.ok(first.value?.type === 'dropped' && first.value.count === 20);
    assert.equal((await lossy.next()).value?.type, 'LOG');
    client.events({ capacity: 10 });
    const sent = Promise.allSettled(Array.from({ length: 30 }, () => client.pid()));
    const error = await within('the connection ends', client.closed);
    assert.equal(error?.reason, 'overflow');
    assert.equal((await sent).at(-1)?.status, 'rejected');
    assert.equal(await within('the events end', client.seen.ended), error);
  });
});
