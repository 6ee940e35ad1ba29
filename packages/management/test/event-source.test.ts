import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEventSource } from '../src/events/event-source.ts';
import type { Event } from '../src/index.ts';
import { take } from './connected.ts';

const info = (text: string): Event => ({ type: 'INFO', text });
const infos = (...texts: string[]): Event[] => texts.map(info);
const never = (): void => assert.fail('nothing overflows here');

describe('events before the first consumer', () => {
  it('are kept for it', async () => {
    const source = createEventSource(never);
    for (const event of infos('a', 'b')) source.push(event);
    const events = source.events();
    source.push(info('c'));
    assert.deepEqual(await take(events, 3), infos('a', 'b', 'c'));
  });

  it('are for all consumers that come in the same turn', async () => {
    const source = createEventSource(never);
    for (const event of infos('a', 'b')) source.push(event);
    const [first, second] = [source.events(), source.events()];
    const handled: Event[] = [];
    source.on('INFO', event => handled.push(event));
    assert.deepEqual([await take(first, 2), await take(second, 2)], [infos('a', 'b'), infos('a', 'b')]);
    assert.deepEqual(handled, infos('a', 'b'));
  });

  it('are not for a consumer that comes later', async () => {
    const source = createEventSource(never);
    source.push(info('a'));
    await take(source.events(), 1);
    const late = source.events();
    source.push(info('b'));
    assert.deepEqual(await take(late, 1), infos('b'));
  });

  it('are still there for the next when the first left before it could see them', async () => {
    const source = createEventSource(never);
    source.push(info('a'));
    source.on('INFO', () => assert.fail('it left'))();
    const events = source.events();
    assert.deepEqual(await take(events, 1), infos('a'));
    const another = createEventSource(never);
    another.push(info('a'));
    another.on('INFO', () => assert.fail('it left'))();
    await Promise.resolve();
    assert.deepEqual(await take(another.events(), 1), infos('a'));
  });

  it('are bounded: the latest are kept, and the count of the others', async () => {
    const source = createEventSource(never, 3);
    for (let n = 1; n <= 10; n++) source.push(info(String(n)));
    const events = await take(source.events(), 4);
    assert.deepEqual(events, [{ type: 'dropped', count: 7 }, ...infos('8', '9', '10')]);
  });

  it('do not overflow a consumer that has had no chance to take any', async () => {
    const source = createEventSource(never, 3);
    for (let n = 1; n <= 10; n++) source.push(info(String(n)));
    const events = source.events({ capacity: 3 });
    await Promise.resolve(); // it asks for its first event later
    await Promise.resolve();
    assert.deepEqual(await take(events, 4), [{ type: 'dropped', count: 7 }, ...infos('8', '9', '10')]);
  });

  it('do not overflow a consumer with less room: it is told how many it missed', async () => {
    const source = createEventSource(never, 100);
    for (let n = 1; n <= 10; n++) source.push(info(String(n)));
    const events = source.events({ capacity: 3 });
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(await take(events, 4), [{ type: 'dropped', count: 7 }, ...infos('8', '9', '10')]);
  });
});

describe('a consumer', () => {
  it('that is too slow overflows, and others go on', async () => {
    let overflows = 0;
    const source = createEventSource(() => overflows++);
    const [slow, fast] = [source.events({ capacity: 2 }), source.events()];
    await Promise.resolve();
    for (const event of infos('a', 'b', 'c')) source.push(event);
    assert.equal(overflows, 1);
    assert.deepEqual(await take(fast, 3), infos('a', 'b', 'c'));
    assert.deepEqual(await take(slow, 2), infos('a', 'b'));
  });

  it('that may miss some is told how many, where they stood', async () => {
    const source = createEventSource(never);
    const events = source.events({ capacity: 2, overflow: 'drop-oldest' });
    await Promise.resolve();
    for (const event of infos('a', 'b', 'c', 'd')) source.push(event);
    assert.deepEqual(await take(events, 3), [{ type: 'dropped', count: 2 }, ...infos('c', 'd')]);
  });

  it('that leaves its loop gets no more, and neither does one that returned while it waited', async () => {
    const source = createEventSource(never);
    const events = source.events();
    source.push(info('a'));
    assert.deepEqual(await take(events, 1), infos('a'));
    source.push(info('b'));
    assert.deepEqual(await events.next(), { done: true, value: undefined });
    const waiting = source.events();
    const next = waiting.next();
    await waiting.return?.();
    assert.deepEqual(await next, { done: true, value: undefined });
  });

  it('sees the end after what was kept for it, or the error', async () => {
    const source = createEventSource(never);
    const events = source.events();
    source.push(info('a'));
    source.end();
    assert.deepEqual(await take(events), infos('a'));
    source.push(info('b'));
    assert.deepEqual(await take(source.events()), []);
    const broken = createEventSource(never);
    broken.push(info('a'));
    const error = new Error('over');
    broken.end(error);
    const rest = broken.events();
    assert.deepEqual((await rest.next()).value, info('a'));
    await assert.rejects(rest.next(), error);
    await assert.rejects(broken.events().next(), error);
  });
});

describe('once', () => {
  it('gives the next event of its kind', async () => {
    const source = createEventSource(never);
    const fatal = source.once('FATAL');
    source.push(info('a'));
    source.push({ type: 'FATAL', text: 'x' });
    source.push({ type: 'FATAL', text: 'y' });
    assert.deepEqual(await fatal, { type: 'FATAL', text: 'x' });
  });

  it('rejects when the end comes first, with its error if there is one', async () => {
    const source = createEventSource(never);
    const fatal = source.once('FATAL');
    source.end();
    await assert.rejects(fatal, /closed before a 'FATAL' event/);
    await assert.rejects(source.once('FATAL'), /closed before a 'FATAL' event/);
    const broken = createEventSource(never);
    const waiting = broken.once('FATAL');
    const error = new Error('over');
    broken.end(error);
    await assert.rejects(waiting, error);
  });
});
