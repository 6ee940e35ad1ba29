import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Event } from '../src/index.ts';
import type { Answers } from '../src/testing/index.ts';
import { because, clientOf, daemonFor, take } from './connected.ts';
import { reconnect, serve } from './reconnecting-daemon.ts';

describe('reconnecting ends', () => {
  const endless: Answers = () => undefined;

  it('when the program closes, while the daemon is away', async t => {
    const daemon = await daemonFor(t, (session, connection) => {
      if (connection > 0) return session.silence();
      session.greet();
      return serve(session, {});
    });
    const client = await clientOf(t, daemon, { reconnect });
    const events = client.events();
    await client.exit();
    assert.equal((await events.next()).value?.type, 'down');
    await client.close();
    assert.deepEqual(
      (await take(events)).filter(event => event.type !== 'retry'),
      [],
    );
    assert.equal(await client.closed, undefined);
    assert.equal(client.connected, false);
  });

  it('when the program closes while a new connection is being restored', async t => {
    let left = (): void => {};
    const gone = new Promise<void>(resolve => (left = resolve));
    const daemon = await daemonFor(t, async (session, connection) => {
      session.greet();
      if (connection === 0) return serve(session, {});
      await session.answer(endless);
      left();
    });
    const client = await clientOf(t, daemon, { reconnect });
    const up = client.once('up');
    await client.exit();
    await up;
    await client.close();
    assert.equal(client.connected, false);
    assert.equal(await client.closed, undefined);
    await assert.rejects(client.pid(), because('closed'));
    await gone;
  });

  it('when events overflow: something would be missing unnoticed', async t => {
    const daemon = await daemonFor(t, async session => {
      session.greet();
      await session.expect('pid');
      session.send('SUCCESS: pid=1', ...Array<string>(10).fill('>HOLD:x'));
      await session.silence();
    });
    const client = await clientOf(t, daemon, { reconnect });
    const events = client.events({ capacity: 3 });
    await client.pid();
    assert.equal((await client.closed)?.reason, 'overflow');
    const seen: Event[] = [];
    await assert.rejects(async () => {
      for await (const event of events) seen.push(event);
    }, because('overflow'));
    assert.equal(seen.length, 3);
  });
});
