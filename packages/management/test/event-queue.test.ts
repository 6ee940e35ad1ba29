import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createEventQueue, type OverflowPolicy } from '../src/events/event-queue.ts';

type Item = { readonly value: number } | { readonly dropped: number };

const queue = (capacity: number, overflow: OverflowPolicy = 'close') =>
  createEventQueue<Item>({ capacity, overflow, dropped: dropped => ({ dropped }) });

const item = (value: number): Item => ({ value });

describe('the queue of a consumer', () => {
  it('gives what was put in, in order, to those who wait and to those who come later', async () => {
    const events = queue(2);
    const waiting = [events.next(), events.next()];
    for (const value of [1, 2, 3, 4]) assert.ok(events.push(item(value)));
    const later = [events.next(), events.next()];
    assert.deepEqual(await Promise.all([...waiting, ...later]), [1, 2, 3, 4].map(item));
  });

  it('refuses more than it holds, and goes on with what it has', async () => {
    const events = queue(2);
    assert.deepEqual(
      [1, 2, 3].map(value => events.push(item(value))),
      [true, true, false],
    );
    assert.deepEqual(events.drain(), [1, 2].map(item));
  });

  it('has room for at least one', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN]) assert.throws(() => queue(capacity), RangeError);
  });

  it('drops the oldest when told so, counts them, and says so where they stood', async () => {
    const events = queue(3, 'drop-oldest');
    for (const value of [1, 2, 3, 4, 5]) assert.ok(events.push(item(value)));
    assert.deepEqual(await events.next(), { dropped: 2 });
    assert.deepEqual(await events.next(), item(3));
    events.push(item(6));
    events.push(item(7));
    assert.deepEqual(events.drain(), [{ dropped: 1 }, ...[5, 6, 7].map(item)]);
  });

  it('ends after what it holds', async () => {
    const events = queue(3);
    events.push(item(1));
    events.end();
    assert.ok(events.push(item(2)));
    assert.deepEqual(
      [await events.next(), await events.next(), await events.next()],
      [item(1), undefined, undefined],
    );
  });

  it('ends with the error that ended it, for those who wait as well', async () => {
    const [early, late] = [queue(1), queue(1)];
    const error = new Error('over');
    const waiting = early.next();
    early.end(error);
    early.end(new Error('another'));
    await assert.rejects(waiting, error);
    late.push(item(1));
    late.end(error);
    assert.deepEqual(await late.next(), item(1));
    await assert.rejects(late.next(), error);
    await assert.rejects(late.next(), error);
  });

  it('loses nothing unnoticed, whatever the order of pushing and taking', async () => {
    const act = fc.constantFrom('push', 'push', 'take', 'drain');
    const policy = fc.constantFrom<OverflowPolicy>('close', 'drop-oldest');
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        policy,
        async (acts, capacity, overflow) => {
          const events = queue(capacity, overflow);
          const taken: Promise<Item | undefined>[] = [];
          let [pushed, refused] = [0, 0];
          for (const what of acts) {
            if (what === 'push') {
              if (events.push(item(pushed - refused))) pushed++;
              else {
                assert.equal(overflow, 'close');
                refused++;
                pushed++;
              }
            } else if (what === 'take') taken.push(events.next());
            else taken.push(...events.drain().map(value => Promise.resolve(value)));
          }
          events.end();
          taken.push(...events.drain().map(value => Promise.resolve(value)));
          let expected = 0;
          for (const value of await Promise.all(taken)) {
            if (value === undefined) continue;
            if ('dropped' in value) expected += value.dropped;
            else assert.equal(value.value, expected++);
          }
          assert.equal(expected, pushed - refused);
        },
      ),
    );
  });
});
