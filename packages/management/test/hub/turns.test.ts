import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTurns } from '../../src/hub/turns.ts';

describe('the turns of the one connection', () => {
  it('come one after the other, in order, also when a job fails', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const job =
      (name: string, fails = false) =>
      async () => {
        order.push(`${name} begins`);
        await new Promise(resolve => setImmediate(resolve));
        order.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const jobs = [
      turns.take(job('a'), false),
      turns.take(job('b', true), false),
      turns.take(job('c'), false),
    ];
    const results = await Promise.allSettled(jobs);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(
      order,
      ['a', 'b', 'c'].flatMap(name => [`${name} begins`, `${name} ends`]),
    );
  });

  it('come to urgent jobs first, but not to them alone', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const job = (name: string) => async () => void order.push(name);
    const first = turns.take(() => new Promise(resolve => setImmediate(resolve)), false);
    const usual = ['x', 'y'].map(name => turns.take(job(name), false));
    const urgent = Array.from({ length: 10 }, (_, index) => turns.take(job(`${index}`), true));
    await Promise.all([first, ...usual, ...urgent]);
    assert.deepEqual(order, [...'01234567', 'x', '8', '9', 'y']);
  });

  it('alternate between two sessions, however much one of them has to send', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const session = async (name: string, count: number) => {
      for (let sent = 0; sent < count; sent++) await turns.take(async () => void order.push(name), false);
    };
    await Promise.all([session('flood', 100), session('other', 10)]);
    assert.ok(order.lastIndexOf('other') < 25, order.join(' '));
  });
});
