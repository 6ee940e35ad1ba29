import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Event } from '../src/index.ts';
import type { Session } from '../src/testing/index.ts';
import { because, connected, take } from './connected.ts';

const holds = (count: number): string[] => Array.from({ length: count }, (_, n) => `>HOLD:${n}`);

/** Says so many things before its first answer, in one piece. */
const talkative = (count: number) => async (session: Session) => {
  await session.expect('pid');
  session.send(Buffer.from([...holds(count), 'SUCCESS: pid=1', ''].join('\r\n')));
  await session.answer({ pid: 'SUCCESS: pid=1' });
};

const texts = (events: readonly Event[]) => events.map(event => ('text' in event ? event.text : event));

describe('more events than a consumer takes', () => {
  it('close the connection, and the consumer still gets what it had room for', async t => {
    const client = await connected(t, talkative(10));
    const events = client.events({ capacity: 3 });
    await client.pid().catch(() => {});
    assert.equal((await client.closed)?.reason, 'overflow');
    for (const text of ['0', '1', '2'])
      assert.deepEqual(texts([(await events.next()).value as Event]), [text]);
    await assert.rejects(events.next(), because('overflow'));
    await assert.rejects(client.pid(), because('overflow'));
  });

  it('are counted when the consumer may miss some', async t => {
    const client = await connected(t, talkative(10));
    const events = client.events({ capacity: 3, overflow: 'drop-oldest' });
    assert.equal(await client.pid(), 1);
    assert.deepEqual(texts(await take(events, 4)), [{ type: 'dropped', count: 7 }, '7', '8', '9']);
    assert.equal(await client.pid(), 1);
  });

  it('do nothing to a program that only sends commands, and the latest are there when it looks', async t => {
    const client = await connected(t, talkative(1000), { eventCapacity: 5 });
    assert.equal(await client.pid(), 1);
    assert.equal(await client.pid(), 1);
    const events = client.events();
    assert.equal(await client.pid(), 1);
    assert.deepEqual(texts(await take(events, 6)), [
      { type: 'dropped', count: 995 },
      '995',
      '996',
      '997',
      '998',
      '999',
    ]);
    assert.equal(client.connected, true);
  });

  it('are those of its own capacity, not of what is kept before the first consumer', async t => {
    const client = await connected(t, talkative(10), { eventCapacity: 2 });
    const events = client.events();
    assert.equal(await client.pid(), 1);
    assert.deepEqual(
      texts(await take(events, 10)),
      holds(10).map(line => line.slice('>HOLD:'.length)),
    );
    assert.equal(await client.pid(), 1);
  });

  it('do not hold up the handlers that take what they get', async t => {
    const client = await connected(t, talkative(5000));
    const seen: string[] = [];
    client.on('HOLD', ({ text }) => seen.push(text));
    assert.equal(await client.pid(), 1);
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(seen.length, 5000);
  });
});

describe('events', () => {
  it('of the time before the first consumer are kept, for all that come in the same turn', async t => {
    const client = await connected(t, talkative(3));
    await client.pid();
    const [first, second, third] = [client.events(), client[Symbol.asyncIterator](), client.once('HOLD')];
    assert.deepEqual(texts(await take(first, 3)), ['0', '1', '2']);
    assert.deepEqual(texts(await take(second, 3)), ['0', '1', '2']);
    assert.equal((await third).text, '0');
  });

  it('end with the connection: quietly after close(), with its reason otherwise', async t => {
    const client = await connected(t, talkative(2));
    await client.pid();
    const events = client.events();
    await client.close();
    assert.deepEqual(texts(await take(events)), ['0', '1']);
    assert.deepEqual(await take(client.events()), []);
    await assert.rejects(client.once('HOLD'), /closed before a 'HOLD' event/);
    const left = await connected(t, session => {
      session.send('>FATAL:x');
      session.close();
    });
    const seen: Event[] = [];
    await assert.rejects(async () => {
      for await (const event of left) seen.push(event);
    }, because('closed'));
    assert.deepEqual(texts(seen), ['x']);
    await assert.rejects(left.once('FATAL'), because('closed'));
  });
});
