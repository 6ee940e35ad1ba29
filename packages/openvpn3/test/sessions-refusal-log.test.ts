import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { createRefusalLog } from '../src/services/sessions/refusal-log.ts';

test('the log has twenty refusals of a user at once, then one a second, and says how many are missing', () => {
  let now = 0;
  const log = createRefusalLog(() => now);
  const refuse = (count: number) => Array.from({ length: count }, () => log(1000)?.passedOver);
  deepEqual(refuse(20), Array(20).fill(0));
  deepEqual(refuse(5), Array(5).fill(undefined));
  now = 999;
  deepEqual(refuse(1), [undefined]);
  now = 1000;
  deepEqual(refuse(2), [6, undefined]);
  now = 60_000;
  deepEqual(refuse(20), [1, ...Array(19).fill(0)]);
  equal(log(1000), undefined);
});

test('nobody hides behind the refusals of another user', () => {
  const log = createRefusalLog(() => 0);
  for (let count = 0; count < 1000; count++) log(1000);
  deepEqual(log(1001), { passedOver: 0 });
});
