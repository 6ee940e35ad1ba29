import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import {
  eventually,
  freePort,
  greetingVersion,
  open,
  openDaemon,
  skipDaemon,
  temporaryFolder,
  within,
} from '@ovpnkit/lab/testing';
import { ConnectionError, type ConnectionErrorReason, connect, Secret } from '@ovpnkit/management';

const password = 'pa ss"w\\ord #ü';

/** A daemon that asks for a password. */
async function openGuarded(t: TestContext): Promise<{ path: string; file: string }> {
  const directory = temporaryFolder(t);
  const file = join(directory, 'password');
  await writeFile(file, `${password}\nnot this line\n`, { mode: 0o600 });
  const daemon = await openDaemon(t, ['management daemon.sock unix password'], directory);
  return { path: daemon.socket, file };
}

const fails = (attempt: Promise<unknown>, reason: ConnectionErrorReason, message: RegExp) =>
  assert.rejects(attempt, (error: unknown) => {
    assert.ok(error instanceof ConnectionError, String(error));
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, message);
    return true;
  });

describe('connecting to a daemon', { skip: skipDaemon, concurrency: true }, () => {
  it('works over a unix socket', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    assert.deepEqual(
      [client.address, client.type, client.management],
      [daemon.socket, 'socket', greetingVersion()],
    );
    assert.equal(await client.pid(), daemon.pid);
    assert.ok(client.connected);
    await client.close();
    assert.ok(!client.connected);
    assert.equal(await within('the connection ends', client.closed), undefined);
    await assert.rejects(client.pid(), ConnectionError);
  });

  it('works over TCP, of this host by default', async t => {
    const port = await freePort();
    const daemon = await openDaemon(t, [`management 127.0.0.1 ${port}`]);
    const client = await open(t, { port });
    assert.deepEqual([client.address, client.type], [`127.0.0.1:${port}`, 'ip']);
    assert.equal(await client.pid(), daemon.pid);
    await client.close();
    const named = await open(t, { host: 'localhost', port });
    assert.equal(named.address, `localhost:${port}`);
    assert.equal(await named.pid(), daemon.pid);
  });

  it('gives the management password: as text, as a Secret, from the first line of a file', async t => {
    const { path, file } = await openGuarded(t);
    for (const given of [password, new Secret(password), { file }]) {
      const client = await open(t, { path, password: given });
      assert.equal(client.management, greetingVersion());
      assert.ok((await client.pid()) > 0);
      await client.close();
    }
  });

  it("says 'password' when the password is wrong or missing, and the next try with the right one works", async t => {
    const { path, file } = await openGuarded(t);
    await fails(connect({ path, password: 'wrong' }), 'password', /wrong/);
    await fails(connect({ path }), 'password', /asks for its management password/);
    await fails(connect({ path, password: { file: `${file}-missing` } }), 'password', /cannot be read/);
    const client = await open(t, { path, password });
    assert.ok((await client.pid()) > 0);
  });

  it("says 'busy' when another program holds the connection, and gets in once it has left", async t => {
    const daemon = await openDaemon(t, []);
    const first = await open(t, { path: daemon.socket });
    await fails(connect({ path: daemon.socket, greetingTimeoutMs: 200 }), 'busy', /another program/);
    await first.close();
    const second = await open(t, { path: daemon.socket });
    assert.equal(await second.pid(), daemon.pid);
  });

  it("says 'permission' when the daemon lets in another user only", async t => {
    const other = process.getuid?.() === 0 ? 'nobody' : 'root';
    const daemon = await openDaemon(t, [`management-client-user ${other}`]);
    await fails(connect({ path: daemon.socket }), 'permission', /management-client-user/);
  });

  it("says 'permission' when the directory of the socket is closed to this user", async t => {
    const directory = temporaryFolder(t);
    await mkdir(join(directory, 'closed'));
    const daemon = await openDaemon(t, ['management closed/daemon.sock unix'], directory);
    await chmod(join(directory, 'closed'), 0);
    // Root without the capabilities that open every door is a user like any other.
    const drop = ['--bounding-set', '-dac_override,-dac_read_search'];
    const child = join(import.meta.dirname, 'denied-child.ts');
    const root = process.getuid?.() === 0;
    const command = [...(root ? ['setpriv', ...drop] : []), process.execPath, child, daemon.socket];
    const { stdout } = await promisify(execFile)('env', command);
    assert.equal(stdout, 'permission\n');
    await chmod(join(directory, 'closed'), 0o700);
  });

  it("says 'not-found' without a socket file, and 'refused' when nobody listens any more", async t => {
    const daemon = await openDaemon(t, []);
    await fails(connect({ path: `${daemon.socket}-missing` }), 'not-found', /no such socket/);
    await daemon.stop('SIGKILL');
    await fails(connect({ path: daemon.socket }), 'refused', /ECONNREFUSED/);
    await fails(connect({ port: await freePort() }), 'refused', /ECONNREFUSED/);
  });

  it("says 'protocol' when something else answers", async t => {
    const server = createServer(socket => socket.end('220 mail.example ESMTP\r\n')).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    await fails(connect({ port: address.port }), 'protocol', /does not greet/);
  });

  it('gives up when it is aborted, and closes when it is aborted later', async t => {
    const daemon = await openDaemon(t, []);
    const controller = new AbortController();
    const first = await open(t, { path: daemon.socket, signal: controller.signal });
    const reason = new Error('on purpose');
    const waiting = connect({ path: daemon.socket, signal: AbortSignal.timeout(100) });
    await assert.rejects(waiting, { name: 'TimeoutError' });
    controller.abort(reason);
    assert.equal(await within('the connection ends', first.closed), undefined);
    await assert.rejects(connect({ path: daemon.socket, signal: controller.signal }), reason);
    await eventually('the daemon is free again', async () => {
      const client = await connect({ path: daemon.socket, greetingTimeoutMs: 1000 }).catch(() => undefined);
      await client?.close();
      return client !== undefined;
    });
  });
});
