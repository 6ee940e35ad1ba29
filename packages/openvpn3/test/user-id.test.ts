import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { userId } from '../src/services/host/user-id.ts';

test('a user has the number that the system says, and no name spoils the look-up of the next', async () => {
  equal(await userId('4711'), 4711);
  equal(await userId('x'.repeat(200_000)), undefined);
  equal(await userId('no\0name'), undefined);
  equal(await userId('-h'), undefined);
  equal(await userId('root'), 0);
});

test('who has many users looked up keeps nobody else waiting for all of them', async () => {
  const [crowd, other] = [5, 9];
  let answered = 0;
  const all = Array.from({ length: 100 }, async (_, index) => {
    await userId(`nobody${index}`, crowd);
    answered++;
  });
  equal(await userId('root', other), 0);
  ok(answered < all.length / 2, `after ${answered} of another caller's`);
  await Promise.all(all);
});
