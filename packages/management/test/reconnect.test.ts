import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { connect, type Event } from '../src/index.ts';
import type { Session } from '../src/testing/index.ts';
import { because, clientOf, daemonFor, take } from './connected.ts';
import { answersOf, reconnect, serve } from './reconnecting-daemon.ts';

const shown = (event: Event): unknown[] =>
  event.type === 'retry'
    ? [event.type, event.attempt]
    : event.type === 'snapshot'
      ? [event.type, event.pid]
      : [event.type];

describe('reconnecting', () => {
  it('tells that the daemon is gone, that it is back, and what is true now', async t => {
    const daemon = await daemonFor(t, (session, connection) => {
      session.greet();
      session.send(`>HOLD:${connection}`);
      return connection === 0 ? serve(session, {}) : session.answer(answersOf(77));
    });
    const client = await clientOf(t, daemon, { reconnect });
    const events = client.events();
    assert.equal((await events.next()).value?.type, 'HOLD');
    await client.exit();
    const [down, up, hold, snapshot] = await take(events, 4);
    assert.ok(down?.type === 'down' && because('closed')(down.error));
    assert.deepEqual([up?.type, hold?.type], ['up', 'HOLD']);
    assert.ok(snapshot?.type === 'snapshot' && snapshot.pid === 77 && snapshot.state.mode === 'server');
    assert.ok(snapshot.status?.mode === 'server' && snapshot.status.clients.length === 1);
    assert.equal(client.connected, true);
    assert.equal(await client.pid(), 77);
  });

  it('restores what was switched on, in the order that events depend on, and nothing that was not', async t => {
    const [first, second]: [string[], string[]] = [[], []];
    const daemon = await daemonFor(t, (session, connection) => {
      session.greet();
      const answers: Record<string, string | readonly string[]> = answersOf(1, '2.7.1');
      for (const history of ['log on all', 'state all on'])
        answers[history] = history.endsWith('on') ? ['END', 'SUCCESS: on'] : ['SUCCESS: on', 'END'];
      answers['echo off'] = 'ERROR: no';
      return serve(session, answers, connection === 0 ? first : second);
    });
    const client = await clientOf(t, daemon, { reconnect });
    await client.bytecount(5);
    await client.echo('on');
    await assert.rejects(client.echo('off'));
    await client.log('on', 'all');
    await client.raw('state all on');
    await client.envFilter(1);
    await client.verb(7);
    await client.hold('on');
    await client.announceVersion(4);
    await client.raw('bytecount "9"');
    const snapshot = client.once('snapshot');
    await client.exit();
    await snapshot;
    const restored = ['version', 'version 4', 'env-filter 1', 'state on', 'log on', 'echo on', 'bytecount 9'];
    assert.deepEqual(second, [...restored, 'pid', 'state', 'status 3']);
    const again = client.once('snapshot');
    await client.log('off');
    await client.exit();
    await again;
    assert.deepEqual(second.slice(second.lastIndexOf('version')), [
      ...restored.filter(line => line !== 'log on'),
      'pid',
      'state',
      'status 3',
    ]);
  });

  it('has no status in its snapshot while the daemon is held', async t => {
    const daemon = await daemonFor(t, session => {
      session.greet();
      return serve(session, {
        ...answersOf(1),
        'status 3': 'ERROR: not supported by the current daemon mode',
      });
    });
    const client = await clientOf(t, daemon, { reconnect });
    const snapshot = client.once('snapshot');
    await client.exit();
    assert.equal((await snapshot).status, undefined);
  });

  it('tries again as often as it takes, and says so', async t => {
    const daemon = await daemonFor(t, async (session, connection) => {
      if (connection === 1) return session.close(); // no greeting
      if (connection === 2) return session.send('HTTP/1.1 400 Bad Request');
      session.greet();
      if (connection === 0) return serve(session, {});
      if (connection === 3) return session.close(); // greeted, and gone before it was restored
      return session.answer(answersOf(9));
    });
    const client = await clientOf(t, daemon, { reconnect });
    const events = client.events();
    await client.exit();
    assert.deepEqual((await take(events, 7)).map(shown), [
      ['down'],
      ['retry', 1],
      ['retry', 2],
      ['up'],
      ['retry', 3],
      ['up'],
      ['snapshot', 9],
    ]);
  });

  it('rejects what was sent before and what is sent meanwhile', async t => {
    let back = (): void => {};
    const wait = new Promise<void>(resolve => (back = resolve));
    const daemon = await daemonFor(t, async (session, connection) => {
      if (connection === 0) {
        session.greet();
        await session.expect('pid');
        return session.close();
      }
      await wait;
      session.greet();
      return session.answer(answersOf(2));
    });
    const client = await clientOf(t, daemon, { reconnect });
    const [down, up] = [client.once('down'), client.once('snapshot')];
    await assert.rejects(Promise.all([client.pid(), client.verb()]), because('closed'));
    await down;
    assert.equal(client.connected, false);
    await assert.rejects(client.pid(), because('closed'));
    await assert.rejects(client.statusRows().next(), because('closed'));
    back();
    await up;
    assert.equal(await client.pid(), 2);
  });

  it('asks the new daemon for its version, also when a handler of `up` is the first to want it', async t => {
    const daemon = await daemonFor(t, (session, connection) => {
      session.greet();
      return serve(session, answersOf(1, connection === 0 ? '2.6.14' : '2.7.2'));
    });
    const client = await clientOf(t, daemon, { reconnect });
    assert.equal((await client.version()).version, '2.6.14');
    const seen = new Promise(resolve => client.on('up', () => client.version().then(resolve, resolve)));
    const snapshot = client.once('snapshot');
    await client.exit();
    assert.deepEqual(await seen, { release: 'OpenVPN 2.7.2 x86_64', version: '2.7.2', management: 5 });
    await snapshot;
    assert.equal((await client.version()).version, '2.7.2');
  });

  it('waits for the next daemon that dials', async t => {
    const directory = temporaryFolder(t);
    const listen = { path: join(directory, 'ours') };
    const script = (pid: number) => (session: Session) => {
      session.greet();
      return serve(session, answersOf(pid));
    };
    const waiting = connect({ listen, reconnect });
    await daemonFor(t, script(1), { dial: listen });
    const client = await waiting;
    t.after(() => client.close());
    assert.equal(await client.pid(), 1);
    const snapshot = client.once('snapshot');
    await client.exit();
    await daemonFor(t, script(2), { dial: listen });
    assert.equal((await snapshot).pid, 2);
  });
});
