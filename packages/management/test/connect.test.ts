import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { connect } from '../src/index.ts';
import { because, clientOf, connected, daemonFor } from './connected.ts';

function directoryFor(t: TestContext): string {
  const directory = temporaryFolder(t);
  return directory;
}

describe('connecting', () => {
  it('resolves when the daemon has greeted, over a unix socket or TCP', async t => {
    for (const listen of ['unix', 'tcp'] as const) {
      const daemon = await daemonFor(t, session => session.greet(6), { listen });
      const client = await clientOf(t, daemon);
      const { endpoint } = daemon;
      assert.equal(client.type, listen === 'unix' ? 'socket' : 'ip');
      assert.equal(client.address, 'path' in endpoint ? endpoint.path : `127.0.0.1:${endpoint.port}`);
      assert.deepEqual([client.management, client.connected], [6, true]);
      await client.close();
      assert.equal(client.connected, false);
    }
  });

  it('waits for a daemon that dials, over a unix socket that others cannot open', async t => {
    const path = join(directoryFor(t), 'ours');
    const waiting = connect({ listen: { path } });
    await daemonFor(t, session => session.greet(), { dial: { path } });
    const client = await waiting;
    t.after(() => client.close());
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(client.address, path);
    await client.close();
    assert.equal(existsSync(path), false);
  });

  it('replaces a socket that a crashed program left behind, and nothing else', async t => {
    const path = join(directoryFor(t), 'ours');
    writeFileSync(path, 'precious');
    await assert.rejects(connect({ listen: { path } }), because('busy'));
    const other = createServer().listen(`${path}2`);
    t.after(() => other.close());
    await assert.rejects(connect({ listen: { path: `${path}2` } }), because('busy'));
  });

  it('understands a greeting that comes byte by byte', async t => {
    const daemon = await daemonFor(t, async session => {
      for (const byte of Buffer.from('>INFO:OpenVPN Management Interface Version 5 -- x\r\n')) {
        session.send(Uint8Array.of(byte));
        await session.flushed();
      }
      await session.expect('pid');
      session.send('SUCCESS: pid=1');
    });
    assert.equal(await (await clientOf(t, daemon)).pid(), 1);
  });

  it('is given up when it is aborted before, and then dials nobody', async t => {
    const daemon = await daemonFor(t, () => assert.fail('nobody should come'));
    const reason = new Error('changed my mind');
    await assert.rejects(connect({ ...daemon.endpoint, signal: AbortSignal.abort(reason) }), reason);
    const listen = { path: join(directoryFor(t), 'ours') };
    await assert.rejects(connect({ listen, signal: AbortSignal.abort(reason) }), reason);
    assert.equal(existsSync(listen.path), false);
  });

  it('is given up when it is aborted while the daemon is silent', async t => {
    const reason = new Error('changed my mind');
    const abort = new AbortController();
    const daemon = await daemonFor(t, async session => {
      abort.abort(reason);
      await session.silence();
    });
    await assert.rejects(connect({ ...daemon.endpoint, signal: abort.signal }), reason);
    await daemon.finished();
  });

  it('is given up when it is aborted while no daemon dials, and the socket is gone', async t => {
    const listen = { path: join(directoryFor(t), 'ours') };
    const abort = new AbortController();
    const waiting = connect({ listen, signal: abort.signal });
    const reason = new Error('changed my mind');
    setImmediate(() => abort.abort(reason));
    await assert.rejects(waiting, reason);
    assert.equal(existsSync(listen.path), false);
  });
});

describe('a signal', () => {
  it('is let go of when the connection is over, so that one may serve many', async t => {
    const { signal } = new AbortController();
    const daemon = await daemonFor(t, session => session.greet());
    await (await connect({ ...daemon.endpoint, signal })).close();
    await assert.rejects(connect({ path: '/no/such/socket', signal }), because('not-found'));
    const listen = { path: join(directoryFor(t), 'ours') };
    const waiting = connect({ listen, signal });
    await daemonFor(t, session => session.greet(), { dial: listen });
    await (await waiting).close();
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });
});

describe('a connection', () => {
  it('is closed by the signal that was given, as by close()', async t => {
    const abort = new AbortController();
    const client = await connected(t, undefined, { signal: abort.signal });
    abort.abort();
    assert.equal(await client.closed, undefined);
    assert.equal(client.connected, false);
    await assert.rejects(client.pid(), because('closed'));
  });

  it('tells why it ended: `undefined` after close(), and the reason otherwise', async t => {
    const closed = await connected(t);
    await closed.close();
    await closed.close();
    assert.equal(await closed.closed, undefined);
    const left = await connected(t, session => session.close());
    assert.equal((await left.closed)?.reason, 'closed');
  });

  it('can be disposed of', async t => {
    const client = await connected(t);
    await client[Symbol.asyncDispose]();
    assert.equal(await client.closed, undefined);
  });

  it('ends when the daemon closes its direction alone', async t => {
    const client = await connected(t, async session => {
      await session.expect('pid');
      session.end();
      await session.silence();
    });
    await assert.rejects(client.pid(), because('closed'));
    assert.equal((await client.closed)?.reason, 'closed');
  });

  it('rejects what waits and what is sent later, and says that the program closed it', async t => {
    const client = await connected(t);
    const waiting = [client.pid(), client.verb(), client.status()];
    const results = Promise.allSettled(waiting);
    await client.close();
    for (const result of await results)
      assert.ok(
        result.status === 'rejected' &&
          because('closed')(result.reason) &&
          /by this program/.test(result.reason),
      );
    await assert.rejects(client.pid(), because('closed'));
  });

  it('shows the program every byte that crosses it, when asked', async t => {
    const seen: string[] = [];
    const script = (session: Parameters<Parameters<typeof daemonFor>[1]>[0]) =>
      session.answer({ pid: 'SUCCESS: pid=1' });
    const client = await connected(t, script, {
      onBytes: (direction, chunk) => seen.push(`${direction} ${Buffer.from(chunk)}`),
    });
    await client.pid();
    assert.deepEqual(seen.slice(-2), ['C pid\n', 'S SUCCESS: pid=1\r\n']);
  });
});
