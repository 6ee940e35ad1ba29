import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Daemon } from '@ovpnkit/lab';
import {
  eventually,
  freePort,
  greetingVersion,
  isListening,
  open,
  openDaemon,
  skipDaemon,
  temporaryFolder,
  within,
} from '@ovpnkit/lab/testing';
import { type ConnectionErrorReason, connect } from '@ovpnkit/management';

const fails = (attempt: Promise<unknown>, reason: ConnectionErrorReason) =>
  assert.rejects(attempt, { name: 'ConnectionError', reason });

/** Until this process listens there: the daemon ends at once when it cannot dial in. */
const listening = (place: { path: string } | { port: number }) =>
  eventually('this process listens', () =>
    isListening(process.pid, 'path' in place ? { type: 'unix', ...place } : { type: 'tcp', ...place }, '/'),
  );

/** The client when the daemon has dialled in. A daemon that does not is at its end, and its log says why. */
const served = <T>(opening: Promise<T>, daemon: Daemon): Promise<T> => {
  const ended = daemon.exited.then(async code => {
    const log = await readFile(daemon.logPath, 'utf8');
    throw new Error(`the daemon ended with ${code} before it dialled in; it printed ${log}`);
  });
  return within('the daemon dials in', Promise.race([opening, ended]));
};

describe('a daemon that dials in', { skip: skipDaemon, concurrency: true }, () => {
  it('is served over a unix socket that only its owner may use', async t => {
    const directory = temporaryFolder(t);
    const path = join(directory, 'ours');
    const opening = open(t, { listen: { path } });
    await listening({ path });
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const daemon = await openDaemon(t, ['management ours unix', 'management-client'], directory);
    const client = await served(opening, daemon);
    assert.deepEqual([client.address, client.type, client.management], [path, 'socket', greetingVersion()]);
    assert.equal(await client.pid(), daemon.pid);
  });

  it('is served over TCP', async t => {
    const port = await freePort();
    const opening = open(t, { listen: { port } });
    await listening({ port });
    const daemon = await openDaemon(t, [`management 127.0.0.1 ${port}`, 'management-client']);
    const client = await served(opening, daemon);
    assert.deepEqual([client.address, client.type], [`127.0.0.1:${port}`, 'ip']);
    assert.equal(await client.pid(), daemon.pid);
  });

  it('ends when we close, as it ends after the command exit', async t => {
    for (const leave of ['close', 'exit'] as const) {
      const directory = temporaryFolder(t);
      const path = join(directory, 'ours');
      const opening = open(t, { listen: { path } });
      await listening({ path });
      const daemon = await openDaemon(t, ['management ours unix', 'management-client'], directory);
      const client = await served(opening, daemon);
      await client[leave]();
      assert.equal(await within('the daemon ends', daemon.exited), 0);
      assert.equal(
        (await within('the client is closed', client.closed))?.reason,
        leave === 'exit' ? 'closed' : undefined,
      );
      assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
    }
  });

  it('is waited for again when it ends, with `reconnect`', async t => {
    const directory = temporaryFolder(t);
    const path = join(directory, 'ours');
    const opening = open(t, { listen: { path }, reconnect: { minDelayMs: 1, maxDelayMs: 20 } });
    await listening({ path });
    const daemon = await openDaemon(t, ['management ours unix', 'management-client'], directory);
    const client = await served(opening, daemon);
    await client.state('on');
    await daemon.stop('SIGKILL');
    const { error } = await client.seen.next('down');
    assert.equal(error.reason, 'closed');
    await daemon.start();
    await client.seen.next('up');
    const { pid } = await client.seen.next('snapshot');
    assert.equal(pid, daemon.pid);
  });

  it('finds us in the place of a program that crashed', async t => {
    const directory = temporaryFolder(t);
    const path = join(directory, 'ours');
    // A killed daemon leaves its own socket: a file of the right kind that nobody listens on.
    const crashed = await openDaemon(t, ['management ours unix'], directory);
    await crashed.stop('SIGKILL');
    assert.ok(statSync(path).isSocket());
    const opening = open(t, { listen: { path } });
    await listening({ path });
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const daemon = await openDaemon(t, ['management ours unix', 'management-client'], directory);
    assert.equal(await (await served(opening, daemon)).pid(), daemon.pid);
  });

  it("is not waited for where another program listens, nor in the place of a file: that is 'busy'", async t => {
    const directory = temporaryFolder(t);
    await writeFile(join(directory, 'file'), 'precious');
    await fails(connect({ listen: { path: join(directory, 'file') } }), 'busy');
    assert.equal(statSync(join(directory, 'file')).size, 8);
    const daemon = await openDaemon(t, [], directory);
    await fails(connect({ listen: { path: daemon.socket } }), 'busy');
    const server = createServer().listen(join(directory, 'server'));
    t.after(() => server.close());
    await fails(connect({ listen: { path: join(directory, 'server') } }), 'busy');
    const port = await freePort();
    await openDaemon(t, [`management 127.0.0.1 ${port}`]);
    await fails(connect({ listen: { port } }), 'busy');
  });

  it("cannot be waited for in a directory that is missing ('not-found')", async t => {
    const path = join(temporaryFolder(t), 'missing', 'ours');
    await assert.rejects(connect({ listen: { path } }), {
      name: 'ConnectionError',
      reason: 'not-found',
      message: `${path}: there is no such directory`,
    });
  });

  it('has the whole wait cancelled by the signal, and leaves no socket file', async t => {
    const directory = temporaryFolder(t);
    const path = join(directory, 'ours');
    const controller = new AbortController();
    const reason = new Error('on purpose');
    const opening = connect({ listen: { path }, signal: controller.signal });
    await listening({ path });
    controller.abort(reason);
    await assert.rejects(opening, reason);
    await eventually('the socket file is gone', () => !statSync(path, { throwIfNoEntry: false }));
  });

  it('is asked for commands by us, and a password goes the same way', async t => {
    const directory = temporaryFolder(t);
    const path = join(directory, 'ours');
    await writeFile(join(directory, 'password'), 'secret\n', { mode: 0o600 });
    const opening = open(t, { listen: { path }, password: 'secret' });
    await listening({ path });
    const daemon = await openDaemon(t, ['management ours unix password', 'management-client'], directory);
    const client = await served(opening, daemon);
    assert.equal(await client.pid(), daemon.pid);
    assert.match(await client.release(), /^OpenVPN 2\./);
  });
});
