import { rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { perform } from '../src/server/perform.ts';
import { standardError } from '../src/type-system/errors.ts';

test('a refusal for a caller who has left already ends nothing but the call', async () => {
  const caller = { name: ':1.7', uid: 0, pid: 1, gone: AbortSignal.abort() };
  const access = { caller, operation: 'call', path: '/', interface: 'com.example.A', member: 'B' } as const;
  const refuse = () => Promise.reject(standardError('AccessDenied', 'No'));
  await rejects(
    perform(access, () => {}, refuse),
    /left the bus/,
  );
  await setImmediate(); // an unhandled rejection would fail this test here
});
