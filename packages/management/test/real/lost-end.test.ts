// A user name of 450 bytes, of somebody whom nobody has let in, makes the daemon lose the rest of its status.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  type Attached,
  atEnd,
  authServer,
  established,
  openLab,
  skip,
  type TestLab,
  temporaryFolder,
  within,
} from '@ovpnkit/lab/testing';
import { connect, type StatusRow } from '@ovpnkit/management';
import { openHub } from '@ovpnkit/management/hub';

const username = 'u'.repeat(450);

/** A server with a client, and with somebody behind it whose name is too long and who waits for an answer. */
async function openCutServer(t: TestContext): Promise<{ lab: TestLab; server: Attached }> {
  const lab = await openLab(t, {
    clients: 2,
    server: [...authServer, 'hand-window 600'],
    client: index => ['management-hold', ...(index === 1 ? ['auth-user-pass credentials'] : [])],
    startClients: false,
  });
  await writeFile(join(lab.directory, 'credentials'), `${username}\nsecret\n`, { mode: 0o600 });
  const server = await lab.attach(lab.server);
  server.on('CLIENT', async event => {
    if (event.kind === 'CONNECT' && event.env.get('username') !== username) await event.allow();
  });
  await lab.client(0).start();
  await established(await lab.release(0));
  await lab.client(1).start();
  await lab.release(1);
  await server.seen.next(
    'CLIENT',
    event => event.kind === 'CONNECT' && event.env.get('username') === username,
  );
  return { lab, server };
}

/** A way to a socket that can be broken: who goes it has to come again. */
async function openBreakable(t: TestContext, target: string): Promise<{ path: string; break(): void }> {
  const sockets = new Set<Socket>();
  const path = join(temporaryFolder(t), 'way.sock');
  const server = createServer(near => {
    const far = dial(target);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
      socket.pipe(other);
    }
  }).listen(path);
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  atEnd(t, () => {
    server.close();
    cut();
  });
  return { path, break: cut };
}

describe('a status that the daemon cuts', { skip, concurrency: true }, () => {
  it('is what came, in each format, and every other command has its own reply', async t => {
    const { lab, server } = await openCutServer(t);
    const [three, pid, two, verb, one] = await Promise.all([
      server.status(3),
      server.pid(),
      server.status(2),
      server.verb(),
      server.status(1),
    ]);
    for (const status of [three, two]) {
      assert.ok(status.mode === 'server' && !status.complete);
      assert.match(status.problem, /512 bytes/);
      assert.deepEqual(status.malformed, []);
    }
    assert.deepEqual([pid, verb], [lab.server.pid, 3]);
    assert.ok(one.mode === 'server' && one.complete);
    assert.equal(one.clients.length, 2);
    const rows: StatusRow[] = [];
    for await (const row of server.statusRows()) rows.push(row);
    assert.equal(rows.at(-1)?.type, 'cut');
  });

  it('is in the snapshot after a reconnection, which it causes no other of', async t => {
    const { lab, server } = await openCutServer(t);
    assert.equal((await server.snapshot()).status?.complete, false);
    await server.close();
    const way = await openBreakable(t, lab.server.socket);
    const client = await connect({ path: way.path, reconnect: { minDelayMs: 1 } });
    t.after(() => client.close());
    const happened: string[] = [];
    for (const name of ['down', 'retry', 'up', 'snapshot'] as const)
      client.on(name, () => happened.push(name));
    const snapshot = client.once('snapshot');
    way.break();
    const { status, pid } = await within('a snapshot', snapshot);
    assert.ok(status?.mode === 'server' && !status.complete);
    assert.equal(pid, lab.server.pid);
    assert.equal(await client.pid(), pid);
    assert.deepEqual(happened, ['down', 'up', 'snapshot']);
  });

  it('is cut for the programs at a hub as well, and its line tells them', async t => {
    const { lab, server } = await openCutServer(t);
    await server.close();
    const path = join(temporaryFolder(t), 'hub.sock');
    const hub = await openHub({
      upstream: { path: lab.server.socket },
      listeners: [{ path }],
      whenUndecided: 'wait',
    });
    t.after(() => hub.close());
    const program = await connect({ path });
    t.after(() => program.close());
    const [status, pid, [raw]] = await Promise.all([
      program.status(),
      program.pid(),
      program.raw('status 2'),
    ]);
    assert.ok(status.mode === 'server' && !status.complete);
    assert.match(status.problem, /512 bytes/);
    assert.equal(pid, lab.server.pid);
    assert.ok(raw?.type === 'block' && raw.cut);
  });
});
