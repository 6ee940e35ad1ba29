import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@ovpnkit/lab/testing';
import { unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { openTestBed, skip, type TestBed } from '../test-bed.ts';
import { openSession, type SessionOptions } from './session.ts';
import { createSoftToken, noSoftToken, type SoftToken } from './soft-token.ts';

const [CREDENTIALS, PK_PASSPHRASE] = [1, 3];

/** A backend for a token that holds the certificate of a client. */
async function openCard(
  bed: TestBed,
  client: number,
  token: SoftToken,
  lines: readonly string[],
): Promise<Backend> {
  const options: SessionOptions = {
    client,
    args: ['--openvpn', token.openvpn, '--pkcs11-provider', token.provider],
    lines,
    edit: profile => profile.replace(/<(key|cert)>[^<]*<\/\1>\n/g, ''),
  };
  return openSession(bed, 'cert', options);
}

/** The next question, which is the only one then. */
async function question(backend: Backend): Promise<unknown[]> {
  const { args } = await backend.signals.next('AttentionRequired');
  deepEqual(args.slice(0, 2), [CREDENTIALS, PK_PASSPHRASE]);
  const found = [...unwrap(await backend.call('UserInputQueueFetch', CREDENTIALS, PK_PASSPHRASE, 0))];
  deepEqual(unwrap(await backend.call('UserInputQueueCheck', CREDENTIALS, PK_PASSPHRASE)), [[0]]);
  equal(args[2], found[4]);
  return found.slice(3);
}

test('a certificate on a token connects with its PIN', {
  skip: skip || noSoftToken,
  concurrency: true,
}, async t => {
  const bed = await openTestBed(t, { server: { clients: 4 } });
  const insert = async (client: number) => {
    const folder = join(bed.bus.folder, `card${client}`);
    await mkdir(folder);
    const { credentials } = bed.server.lab.clients[client] ?? {};
    ok(credentials);
    return createSoftToken(folder, bed.bus.user, credentials);
  };
  const pinQuestion = ['pkcs11_pin', 'PIN of the work token', true];
  const cases = [
    t.test('when it is the only one, the profile need not name it', async () => {
      const token = await insert(0);
      const backend = await openCard(bed, 0, token, ['pkcs11-pin-cache 300']);
      deepEqual(unwrap(await backend.call('UserInputQueueGetTypeGroup')), [[]]);
      unwrap(await backend.call('Connect'));
      deepEqual(await question(backend), pinQuestion);
      await backend.answer({ pkcs11_pin: token.pin });
      await backend.waitForStatus('CONN_CONNECTED');
    }),
    t.test('a wrong PIN is asked again, and never tried twice', async () => {
      const token = await insert(1);
      const backend = await openCard(bed, 1, token, ['pkcs11-pin-cache 300']);
      unwrap(await backend.call('Connect'));
      deepEqual(await question(backend), pinQuestion);
      // The daemon cannot go back from here by itself.
      unwrap(await backend.call('Pause', 'where is it'));
      unwrap(await backend.call('Resume'));
      deepEqual(await question(backend), pinQuestion);
      await backend.answer({ pkcs11_pin: '000000' });
      deepEqual(await question(backend), pinQuestion);
      await backend.answer({ pkcs11_pin: token.pin });
      await backend.waitForStatus('CONN_CONNECTED');
    }),
    t.test('a token that is not there is asked for', async () => {
      const token = await insert(2);
      await token.remove();
      const id = `pkcs11-id 'SoftHSM\\x20project/SoftHSM\\x20v2/${token.serial}/${token.label}/01'`;
      const backend = await openCard(bed, 2, token, [id]);
      unwrap(await backend.call('Connect'));
      const insertion = ['token_insertion', 'Please insert work token', false];
      deepEqual(await question(backend), insertion);
      await backend.answer({ token_insertion: 'ok' });
      deepEqual(await question(backend), insertion);
      await backend.answer({ token_insertion: 'cancel' });
      match((await backend.waitForStatus('CONN_FAILED'))[2], /The PKCS#11 token was not inserted/);
      await eventually('its daemon goes', () => backend.daemons().length === 0);
      await token.insert();
      unwrap(await backend.call('Connect'));
      deepEqual(await question(backend), pinQuestion);
      await backend.answer({ pkcs11_pin: token.pin });
      await backend.waitForStatus('CONN_CONNECTED');
    }),
    t.test('without any certificate the connection fails, and says what to do', async () => {
      const token = await insert(3);
      await token.remove();
      const backend = await openCard(bed, 3, token, ['pkcs11-pin-cache 300']);
      unwrap(await backend.call('Connect'));
      match((await backend.waitForStatus('CONN_FAILED'))[2], /No PKCS#11 token has an identity; insert one/);
      await token.insert();
      unwrap(await backend.call('Connect'));
      deepEqual(await question(backend), pinQuestion);
      await backend.answer({ pkcs11_pin: token.pin });
      await backend.waitForStatus('CONN_CONNECTED');
    }),
  ];
  await Promise.all(cases);
});

test('a profile for a token is refused where no PKCS#11 module is set up', { skip }, async t => {
  const bed = await openTestBed(t);
  const backend = await bed.startBackend();
  const profile = await bed.server.profile('cert', { lines: ['pkcs11-pin-cache 300'] });
  const answer = await backend.confirm(
    bed.configurations.register(profile.replace(/<(key|cert)>[^<]*<\/\1>\n/g, '')),
  );
  ok('error' in answer);
  match(answer.message, /no PKCS#11 module is set up here/);
  await backend.exited;
});
