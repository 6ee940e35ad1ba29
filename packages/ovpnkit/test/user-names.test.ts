import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { findUid } from '../src/openvpn3/user-names.ts';

test('a user is found by the name that he has, or by a number that is one', async () => {
  equal(await findUid('root'), 0);
  equal(await findUid('0'), 0);
  equal(await findUid('4294967294'), 4294967294, 'a number needs no account');
});

test('nobody is found for what the user database takes for somebody else', async () => {
  // It cuts numbers off at 32 bits, and passes over blanks, signs and zeros before them.
  for (const user of ['4294967305', '4294967296', '4294967295', '18446744073709551625', '99999999999'])
    equal(await findUid(user), undefined, user);
  for (const user of [
    ' 9',
    '9 ',
    '+9',
    '-9',
    '009',
    '0x9',
    '',
    ' root',
    '-h',
    'root\0',
    'root:x:0',
    'x'.repeat(200_000),
  ])
    equal(await findUid(user), undefined, user.slice(0, 20));
});
