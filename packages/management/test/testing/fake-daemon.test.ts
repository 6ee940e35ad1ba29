import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ConnectionError, type ConnectOptions, connect } from '../../src/index.ts';
import { type FakeDaemonOptions, fakeDaemon, type Script } from '../../src/testing/index.ts';

async function open(t: TestContext, script: Script, options?: FakeDaemonOptions) {
  const daemon = await fakeDaemon(script, options);
  t.after(() => daemon.close().catch(() => {}));
  return daemon;
}

async function dial(t: TestContext, to: ConnectOptions) {
  const client = await connect(to);
  t.after(() => client.close());
  return client;
}

describe('a fake daemon', () => {
  it('speaks its script on a unix socket that nobody else can reach', async t => {
    const daemon = await open(t, async session => {
      session.greet();
      await session.expect('pid');
      session.send('SUCCESS: pid=4711');
    });
    assert.ok('path' in daemon.endpoint);
    assert.equal(statSync(dirname(daemon.endpoint.path)).mode & 0o777, 0o700);
    const client = await dial(t, daemon.endpoint);
    assert.equal(await client.pid(), 4711);
    await daemon.finished();
  });

  it('may listen on a TCP port of this host', async t => {
    const daemon = await open(t, session => session.greet(), { listen: 'tcp' });
    assert.ok('port' in daemon.endpoint && daemon.endpoint.host === '127.0.0.1' && daemon.endpoint.port > 0);
    assert.equal((await dial(t, daemon.endpoint)).management, 5);
  });

  it('may dial the program, as soon as it listens', async t => {
    const place = await open(t, () => {});
    assert.ok('path' in place.endpoint);
    const endpoint = { path: `${place.endpoint.path}-of-the-program` };
    await open(t, session => session.greet(6), { dial: endpoint });
    assert.equal((await dial(t, { listen: endpoint })).management, 6);
  });

  it('answers from a table until the program leaves', async t => {
    const daemon = await open(t, session => {
      session.greet();
      return session.answer({ pid: 'SUCCESS: pid=1', 'status 3': ['TITLE\tx', 'TIME\tx\t1', 'END'] });
    });
    const client = await dial(t, daemon.endpoint);
    assert.equal((await client.status()).time?.getTime(), 1000);
    assert.equal(await client.pid(), 1);
    await assert.rejects(client.verb(), /unknown command/);
    await client.close();
    await daemon.finished();
  });

  it('answers a command of its table that has a body after the END of it', async t => {
    const daemon = await open(t, session => {
      session.greet();
      session.send('>CLIENT:CONNECT,0,1', '>CLIENT:ENV,END');
      return session.answer({
        'client-auth 0 1': 'SUCCESS: client-auth command succeeded',
        pid: 'SUCCESS: pid=1',
      });
    });
    const client = await dial(t, daemon.endpoint);
    const event = await client.once('CLIENT');
    assert.ok(event.kind === 'CONNECT');
    await event.allow(['pid', 'push "route 10.0.0.0 255.0.0.0"']);
    assert.equal(await client.pid(), 1);
    await assert.rejects(client.clientAuth(7, 1, ['x']), /unknown command/);
    assert.equal(await client.pid(), 1);
  });

  it('lets a script wait for several things at once', async t => {
    const daemon = await open(t, async session => {
      session.greet();
      const [line] = await Promise.all([session.line(), session.silence()]);
      assert.equal(line, 'pid');
    });
    const client = await dial(t, daemon.endpoint);
    const pid = client.pid().catch(() => {});
    await client.close();
    await pid;
    await daemon.finished();
  });

  it('serves one program after the other, as OpenVPN does', async t => {
    const order: string[] = [];
    const daemon = await open(t, async (session, connection) => {
      order.push(`greet ${connection}`);
      session.greet();
      await session.silence();
      order.push(`gone ${connection}`);
    });
    const first = await dial(t, daemon.endpoint);
    const second = connect(daemon.endpoint);
    assert.deepEqual(order, ['greet 0']);
    await first.close();
    await (await second).close();
    await daemon.finished();
    assert.deepEqual(order, ['greet 0', 'gone 0', 'greet 1', 'gone 1']);
  });

  it('closes when its script does, after what it said', async t => {
    const daemon = await open(t, session => {
      session.greet();
      session.send('>FATAL:x');
      session.close();
    });
    const client = await dial(t, daemon.endpoint);
    assert.equal((await client.once('FATAL')).text, 'x');
    assert.equal((await client.closed)?.reason, 'closed');
  });

  it('closes the connection when its script fails, and says so', async t => {
    const daemon = await open(t, async session => {
      session.greet();
      await session.expect('pid', /^verb \d$/);
    });
    const client = await dial(t, daemon.endpoint);
    await assert.rejects(client.hold(), ConnectionError);
    await assert.rejects(daemon.finished(), /waited for pid, and the program sent hold$/);
    await assert.rejects(daemon.close(), /waited for pid/);
  });

  it('says so as well when the program leaves too early', async t => {
    const daemon = await open(t, async session => {
      session.greet();
      await session.expect('pid');
    });
    const client = await dial(t, daemon.endpoint);
    await client.close();
    await assert.rejects(daemon.finished(), /the program left while the script waited for pid/);
  });

  it('closes whatever its scripts wait for, and leaves nothing behind', async () => {
    const never = new Promise<never>(() => {});
    const daemon = await fakeDaemon(async session => {
      session.greet();
      await never;
    });
    assert.ok('path' in daemon.endpoint);
    const client = await connect(daemon.endpoint);
    const waiting = await connect({ ...daemon.endpoint, greetingTimeoutMs: 1 }).catch(
      (error: unknown) => error,
    );
    assert.ok(waiting instanceof ConnectionError && waiting.reason === 'busy');
    await daemon[Symbol.asyncDispose]();
    await daemon.close();
    assert.equal((await client.closed)?.reason, 'closed');
    assert.equal(existsSync(dirname(daemon.endpoint.path)), false);
  });

  it('gives up dialling when it is closed', async t => {
    const server = createServer();
    const endpoint = await new Promise<{ port: number }>(resolve =>
      server.listen(0, '127.0.0.1', () => resolve(server.address() as { port: number })),
    );
    await new Promise(resolve => server.close(resolve));
    const daemon = await open(t, () => assert.fail('nobody listens'), { dial: { port: endpoint.port } });
    await daemon.close();
    await daemon.finished();
  });

  it('sends text as it would come from a daemon, bytes that are no UTF-8 among it', async t => {
    const daemon = await open(t, async session => {
      session.greet();
      session.send('>INFO:M\udcfcl', Buffer.from('>INFO:cut'), Buffer.from('\n'));
      await session.expect('kill "M\udcfcl"');
      session.send('SUCCESS: killed');
    });
    const client = await dial(t, daemon.endpoint);
    const events = client.events();
    for (const text of ['M\udcfcl', 'cut'])
      assert.deepEqual((await events.next()).value, { type: 'INFO', text });
    await client.kill('M\udcfcl');
  });
});
