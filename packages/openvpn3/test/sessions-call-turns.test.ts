import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { createCallTurns } from '../src/services/sessions/call-turns.ts';

test('no more than so many wait at once, and the others follow in order, whatever becomes of those before', async () => {
  const inTurn = createCallTurns(2);
  const started: number[] = [];
  const calls = [0, 1, 2, 3].map(number => {
    const answer = Promise.withResolvers<number>();
    const result = inTurn(() => {
      started.push(number);
      return answer.promise;
    });
    return { answer, result };
  });
  const settle = () => new Promise(resolve => setImmediate(resolve));
  deepEqual(started, [0, 1]);
  calls[1]?.answer.reject(new Error('no'));
  await rejects(calls[1]?.result ?? Promise.resolve(), /no/);
  await settle();
  deepEqual(started, [0, 1, 2]);
  for (const [number, { answer }] of calls.entries()) answer.resolve(number);
  equal(await calls[3]?.result, 3);
  equal(await inTurn(async () => 4), 4);
  deepEqual(started, [0, 1, 2, 3]);
});
