import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openProgram } from '@ovpnkit/lab/testing';
import { openHub } from '../../src/hub/index.ts';
import { fakeDaemon } from '../../src/testing/index.ts';
import { openScriptedHub } from './scripted-hub.ts';

const answers = {
  version: ['OpenVPN Version: OpenVPN 2.6.14 x', 'Management Version: 5', 'END'],
  'env-filter 0': 'SUCCESS: env_filter_level=0',
  pid: 'SUCCESS: pid=4711',
  state: ['1,CONNECTED,,,,,,', 'END'],
};

async function openFake(t: TestContext) {
  const daemon = await fakeDaemon(session => {
    session.greet();
    return session.answer(
      line => answers[line as keyof typeof answers] ?? (line === 'version 3' ? [] : 'ERROR: x'),
    );
  });
  const directory = await mkdtemp(join(tmpdir(), 'hub-test-'));
  t.after(async () => {
    await daemon.close();
    await rm(directory, { recursive: true, force: true });
  });
  return { daemon, directory };
}

describe('a hub', { concurrency: true }, () => {
  it('cannot be had without its daemon, and not without one of its listeners', async t => {
    const { daemon, directory } = await openFake(t);
    const nobody = openHub({ upstream: { path: join(directory, 'none') }, listeners: [] });
    await assert.rejects(nobody, { name: 'ConnectionError', reason: 'not-found' });
    const free = join(directory, 'free');
    const listeners = [{ path: free }, { path: join(directory, 'missing', 'socket') }];
    await assert.rejects(openHub({ upstream: daemon.endpoint, listeners }), {
      name: 'ConnectionError',
      reason: 'not-found',
    });
    await assert.rejects(stat(free), { code: 'ENOENT' });
    const hub = await openHub({ upstream: daemon.endpoint, listeners: [{ path: free }] });
    await hub.close();
    assert.equal(await hub.closed, undefined);
    await assert.rejects(stat(free), { code: 'ENOENT' });
  });

  it('makes sockets for its user alone, or as it is told', async t => {
    const { daemon, directory } = await openFake(t);
    const listeners = [
      { path: join(directory, 'a') },
      { path: join(directory, 'b'), mode: 0o660, group: process.getgid?.() ?? 0 },
    ];
    const hub = await openHub({ upstream: daemon.endpoint, listeners });
    t.after(() => hub.close());
    const modes = await Promise.all(listeners.map(async ({ path }) => (await stat(path)).mode & 0o777));
    assert.deepEqual(modes, [0o600, 0o660]);
  });

  it('listens on a port that the system chose, and there again after the daemon was gone', async t => {
    const { hub, daemon, event } = await openScriptedHub(t, { more: [{ port: 0 }] });
    const { address, port = 0 } = hub.listeners.at(-1) ?? assert.fail();
    assert.equal(address, `127.0.0.1:${port}`);
    const first = await openProgram(t, { port });
    assert.match(hub.sessions()[0]?.peer ?? '', /^127\.0\.0\.1:\d+$/);
    daemon.close();
    await first.ended;
    await event('upstream-up');
    const again = await openProgram(t, { port });
    assert.deepEqual(await again.ask('pid'), ['SUCCESS: pid=4711']);
    assert.deepEqual(hub.listeners.at(-1), { address, port });
  });

  it('waits until another program lets go of its port', async t => {
    const { hub, daemon, event, join: enter } = await openScriptedHub(t);
    const program = await enter();
    daemon.close();
    await program.ended;
    const path = hub.listeners[0]?.address ?? '';
    const thief = createServer();
    // The hub may be back first; then there is nothing to wait for.
    const stolen = await new Promise<boolean>(resolve => {
      thief.once('error', () => resolve(false)).listen(path, () => resolve(true));
    });
    if (stolen) {
      assert.match((await event('not-serving')).problem, /another program listens there already/);
      thief.close();
    }
    await event('upstream-up');
    assert.deepEqual(await (await enter()).ask('pid'), ['SUCCESS: pid=4711']);
  });

  it('ends for good with its daemon when it must not reconnect', async t => {
    const {
      hub,
      daemon,
      join: enter,
    } = await openScriptedHub(t, { upstream: { reconnect: false }, whenLost: 'keep' });
    const program = await enter();
    daemon.close();
    await program.ended;
    assert.equal((await hub.closed)?.reason, 'closed');
    const refused = once(dial(hub.listeners[0]?.address ?? ''), 'error');
    assert.equal(((await refused)[0] as NodeJS.ErrnoException).code, 'ENOENT');
  });

  it('lets nobody in while it closes', async t => {
    const { hub, join: enter } = await openScriptedHub(t);
    const late = Array.from({ length: 20 }, () =>
      enter('monitor', { greeted: false }).catch(() => undefined),
    );
    await new Promise(setImmediate);
    await hub.close();
    for (const program of await Promise.all(late)) await program?.ended;
    assert.deepEqual(hub.sessions(), []);
  });
});
