import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { createQuota } from '../src/server/quota.ts';

test('each user is bounded, and all together', () => {
  const quota = createQuota({ calls: 2, weight: 100 }, { calls: 3, weight: 150 });
  equal(quota.enter('a', 10), true);
  equal(quota.enter('a', 10), true);
  equal(quota.enter('a', 10), false, 'the third call of one');
  equal(quota.enter('b', 101), false, 'too heavy for one');
  equal(quota.enter('b', 10), true);
  equal(quota.enter('c', 10), false, 'the fourth call of all');
  quota.leave('a', 10);
  equal(quota.enter('c', 100), true);
  quota.leave('c', 100);
  equal(quota.enter('b', 100), false, 'too heavy together with its first');
  quota.leave('b', 10);
  quota.leave('a', 10);
  equal(quota.enter('a', 100), true);
  equal(quota.enter('b', 60), false, 'too heavy for all');
});
