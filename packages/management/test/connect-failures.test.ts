import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ConnectionError, type ConnectOptions, connect } from '../src/index.ts';
import { replay, type Script } from '../src/testing/index.ts';
import { stopClock } from './clock.ts';
import { because, connected, daemonFor } from './connected.ts';
import { transcript } from './recordings.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  await new Promise(resolve => server.close(resolve));
  return address.port;
}

/** Why connecting to a daemon that does this failed. */
async function failure(t: TestContext, script: Script, options: Partial<ConnectOptions> = {}) {
  const daemon = await daemonFor(t, script);
  const error: unknown = await connect({ ...daemon.endpoint, ...options } as ConnectOptions).catch(e => e);
  assert.ok(error instanceof ConnectionError, String(error));
  assert.ok('path' in daemon.endpoint && error.address === daemon.endpoint.path);
  assert.ok(error.message.startsWith(`${error.address}: `));
  return error;
}

describe('connecting fails', () => {
  it('as `not-found` when there is no such socket or host', async () => {
    await assert.rejects(
      connect({ path: join(tmpdir(), 'management-test-no-such-socket') }),
      because('not-found'),
    );
    await assert.rejects(connect({ host: 'no-such-host.invalid', port: 1 }), because('not-found'));
    await assert.rejects(connect({ listen: { path: '/no/such/directory/socket' } }), because('not-found'));
  });

  it('as `refused` when nobody listens there, and keeps the system error', async () => {
    const port = await freePort();
    await assert.rejects(connect({ port }), (error: ConnectionError) => {
      assert.equal(error.address, `127.0.0.1:${port}`);
      assert.ok(error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ECONNREFUSED');
      return because('refused')(error);
    });
  });

  it('as `busy` when it is connected and hears nothing', async t => {
    const error = await failure(t, session => session.silence(), { greetingTimeoutMs: 20 });
    assert.equal(error.reason, 'busy');
    assert.match(error.message, /another program probably holds the only connection/);
  });

  it('as `busy` in other words when it heard something but no greeting', async t => {
    const clock = stopClock(t);
    const error = await failure(t, session => session.send(Buffer.from('>INFO:Open')), {
      greetingTimeoutMs: 20,
      onBytes: () => clock.pass(20),
    });
    assert.equal(error.reason, 'busy');
    assert.match(error.message, /did not greet in time/);
  });

  it('as `permission` when the daemon closes without a word', async t => {
    const error = await failure(t, replay(transcript('server-22-management-client-user-rejected')));
    assert.equal(error.reason, 'permission');
    assert.match(error.message, /management-client-user/);
  });

  it('as `closed` when the daemon closes in the middle of a word', async t => {
    const error = await failure(t, session => {
      session.send(Buffer.from('>INFO:Open'));
      session.close();
    });
    assert.equal(error.reason, 'closed');
  });

  it('as `protocol` when what answers is no OpenVPN', async t => {
    for (const line of [
      'HTTP/1.1 400 Bad Request',
      'SSH-2.0-OpenSSH_9.2',
      '>HOLD:x',
      '',
      'SUCCESS: password is correct',
      'END',
    ])
      assert.equal((await failure(t, session => session.send(line))).reason, 'protocol', line);
    const bytes = Buffer.from([0x16, 0x03, 0x01, 0xff, 0x0a]);
    assert.equal((await failure(t, session => session.send(bytes))).reason, 'protocol');
  });

  it('as `protocol` when a line never ends', async t => {
    const endless = Buffer.alloc(100_000, 'x');
    const error = await failure(t, async session => {
      session.send(endless);
      await session.silence();
    });
    assert.equal(error.reason, 'protocol');
    assert.match(error.message, /a line of more than 65536 characters/);
  });
});

describe('a connection fails', () => {
  it('as `protocol` when a line never ends, and what waits is rejected', async t => {
    const client = await connected(t, async session => {
      await session.expect('pid');
      session.send(Buffer.alloc(100_000, 'x'));
      await session.silence();
    });
    await assert.rejects(client.pid(), because('protocol'));
    assert.equal((await client.closed)?.reason, 'protocol');
  });
});
