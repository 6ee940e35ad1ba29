import { deepEqual, equal, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { accounts } from '@ovpnkit/lab/testing';
import { inlineFiles } from '@ovpnkit/openvpn3';
import { unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { openTestBed, skip, type TestBed } from '../test-bed.ts';
import { connectSession, openSession } from './session.ts';

/** A backend whose profile has the client's key and certificate in a bundle. */
async function openBundle(bed: TestBed, client: number, passphrase: string): Promise<Backend> {
  const { credentials } = bed.server.lab.clients[client] ?? {};
  ok(credentials);
  const { key, certificate } = credentials;
  const bundle = execFileSync(
    'openssl',
    ['pkcs12', '-export', '-inkey', key, '-in', certificate, '-passout', 'stdin'],
    { input: `${passphrase}\n` },
  );
  const block = await inlineFiles('pkcs12 client.p12', async () => bundle);
  const edit = (profile: string): string => profile.replace(/<(key|cert)>[^<]*<\/\1>\n/g, '') + block;
  return openSession(bed, 'cert', { client, edit });
}

test('a private key is opened, or it is told why not', { skip, concurrency: true }, async t => {
  const bed = await openTestBed(t, { server: { clients: 3 } });
  await Promise.all([
    t.test('a bundle without a passphrase connects, and nobody is asked', async () => {
      const backend = await openBundle(bed, 0, '');
      deepEqual(unwrap(await backend.call('UserInputQueueGetTypeGroup')), [[]]);
      await connectSession(backend);
    }),
    t.test('one with a passphrase is asked for when it is opened, and again when it is wrong', async () => {
      const backend = await openBundle(bed, 1, accounts.passphrase);
      unwrap(await backend.call('Connect'));
      await backend.waitForStatus('CFG_REQUIRE_USER');
      deepEqual(await backend.answer({ pk_passphrase: 'wrong' }), ['pk_passphrase']);
      await backend.waitForStatus('CONN_FAILED');
      await connectSession(backend, { pk_passphrase: accounts.passphrase });
      unwrap(await backend.call('Restart'));
      await backend.waitForStatus('CONN_CONNECTED');
    }),
    t.test('one that is damaged ends the attempt, and is told of', async () => {
      const edit = (profile: string): string => profile.replace(/(<key>\n.*\n)[^<]{99}/, '$1');
      const backend = await openSession(bed, 'cert', { client: 2, edit });
      unwrap(await backend.call('Connect'));
      const [, , text] = await backend.waitForStatus('CONN_FAILED');
      equal(text, 'The private key cannot be read; mend the profile');
    }),
  ]);
});
