import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { unwrap } from './answer.ts';
import { openSession } from './session.ts';
import { openTestBed, skip } from './test-bed.ts';

test('a private key is opened, or it is told why not', { skip }, async t => {
  const bed = await openTestBed(t, { server: { clients: 1 } });
  await t.test('one that is damaged ends the attempt, and is told of', async () => {
    const edit = (profile: string): string => profile.replace(/(<key>\n.*\n)[^<]{99}/, '$1');
    const backend = await openSession(bed, 'cert', { client: 0, edit });
    unwrap(await backend.call('Connect'));
    const [, , text] = await backend.waitForStatus('CONN_FAILED');
    equal(text, 'The private key cannot be read; mend the profile');
  });
});
