import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { userId } from '../src/services/host/user-id.ts';

test('a user has the number that the system says, and no name spoils the look-up of the next', async () => {
  equal(await userId('4711'), 4711);
  equal(await userId('x'.repeat(200_000)), undefined);
  equal(await userId('no\0name'), undefined);
  equal(await userId('-h'), undefined);
  equal(await userId('root'), 0);
});
