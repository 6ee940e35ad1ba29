import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { accounts, eventually } from '@ovpnkit/lab/testing';
import { signer } from '@ovpnkit/management';
import { type Answer, unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { openTestBed, skip, type TestBed } from '../test-bed.ts';
import { connectSession, openSession, type SessionOptions } from './session.ts';

const { password, pin, passphrase } = accounts;
const [USER_PASSWORD, HTTP_PROXY_CREDS, PK_PASSPHRASE, CHALLENGE_STATIC] = [1, 2, 3, 4];
const [CHALLENGE_DYNAMIC, CHALLENGE_AUTH_PENDING, PKCS11_SIGN, OPEN_URL] = [5, 6, 7, 9];

/** What asked for the attention of the user so far. */
const attentions = (backend: Backend) =>
  backend.signals.all.filter(({ member }) => member === 'AttentionRequired').map(({ args }) => args);

/** Type, group, name, description and whether it is hidden, of all that is asked now. */
async function questions(backend: Backend): Promise<unknown[][]> {
  const found: unknown[][] = [];
  const [groups] = unwrap(await backend.call('UserInputQueueGetTypeGroup'));
  for (const [type, group] of groups as [number, number][]) {
    const [ids] = unwrap(await backend.call('UserInputQueueCheck', type, group));
    for (const id of ids as number[])
      found.push([...unwrap(await backend.call('UserInputQueueFetch', type, group, id))]);
  }
  return found.map(([type, group, , ...rest]) => [type, group, ...rest]);
}

function refused(answer: Answer, text: RegExp): void {
  ok('error' in answer, 'it is not refused');
  match(answer.message, text);
}

type Case = { readonly name: string; readonly run: (bed: TestBed, client: number) => Promise<void> };

/** All cases share one server, and each has a network of its own. */
async function runAll(t: TestContext, cases: readonly Case[], bed: TestBed): Promise<void> {
  await Promise.all(cases.map(({ name, run }, client) => t.test(name, () => run(bed, client))));
}

const login = [
  [1, USER_PASSWORD, 'username', 'Auth User name', false],
  [1, USER_PASSWORD, 'password', 'Auth Password', true],
];
const needed = 'Username/password credentials needed';

const cases: Case[] = [
  {
    name: 'a certificate is enough where the profile asks for nothing else',
    async run(bed, client) {
      const backend = await openSession(bed, 'cert', { client });
      deepEqual(await questions(backend), []);
      unwrap(await backend.call('Ready'));
      await connectSession(backend);
      deepEqual(backend.statuses(), [
        ...['CFG_OK', 'CFG_OK', 'CONN_CONNECTING', 'CONN_CONNECTING', 'CONN_CONNECTED'],
      ]);
      deepEqual(attentions(backend), []);
    },
  },
  {
    name: 'a user and a password are asked, and asked again when they are wrong',
    async run(bed, client) {
      const backend = await openSession(bed, 'userpass', { client });
      deepEqual(await questions(backend), login);
      deepEqual(attentions(backend), [[1, USER_PASSWORD, needed]]);
      deepEqual(await backend.get('status'), [2, 4, needed]);
      refused(await backend.call('Ready'), /^GDBus\.Error:net\.openvpn\.v3\.error\.ready: Missing user cred/);
      refused(await backend.call('Connect'), /^GDBus\.Error:net\.openvpn\.v3\.error\.client: Required user/);
      await backend.answer({ username: 'alice', password: 'wrong' });
      unwrap(await backend.call('Ready'));
      unwrap(await backend.call('Connect'));
      deepEqual(await backend.waitForStatus('CONN_AUTH_FAILED'), [2, 11, 'Authentication failed']);
      deepEqual(await questions(backend), login);
      equal(attentions(backend).length, 2);
      refused(await backend.call('Ready'), /Missing user credentials/);
      await connectSession(backend, { username: 'alice', password });
      deepEqual(((await backend.get('statistics')) as Map<string, bigint>).get('AUTH_FAILED'), 1n);
    },
  },
  {
    name: 'what was answered once is not asked again by a restart, a pause or a resume',
    async run(bed, client) {
      const backend = await openSession(bed, 'userpass', { client });
      await connectSession(backend, { username: 'alice', password });
      unwrap(await backend.call('Restart'));
      await backend.waitForStatus('CONN_CONNECTED');
      unwrap(await backend.call('Pause', 'a while'));
      unwrap(await backend.call('Resume'));
      await backend.waitForStatus('CONN_CONNECTED');
      equal(attentions(backend).length, 1);
      deepEqual(await questions(backend), []);
    },
  },
  {
    name: 'an answer that no daemon takes is refused, and the question stays',
    async run(bed, client) {
      const backend = await openSession(bed, 'userpass', { client });
      const long = await backend.call('UserInputProvide', 1, USER_PASSWORD, 1, 'é'.repeat(128));
      refused(long, /error\.invalid-input: The value for RequiresSlot ID 1 is longer than 255 bytes$/);
      refused(await backend.call('UserInputProvide', 1, USER_PASSWORD, 1, ''), /No value provided for Req/);
      deepEqual(await questions(backend), login);
      await connectSession(backend, { username: 'alice', password });
    },
  },
  {
    name: 'a name and a password in UTF-8 arrive whole',
    async run(bed, client) {
      const backend = await openSession(bed, 'userpass', { client });
      await connectSession(backend, { username: 'utf8', password: accounts.utf8Password });
    },
  },
  ...(['1', '0'] as const).map(
    (echo): Case => ({
      name: `a static challenge ${echo === '1' ? 'may' : 'must not'} be shown while it is answered`,
      async run(bed, client) {
        const lines = [`static-challenge "${accounts.staticChallenge}" ${echo}`];
        const backend = await openSession(bed, 'userpass', { client, lines });
        const challenge = [1, CHALLENGE_STATIC, 'static_challenge', accounts.staticChallenge, echo === '0'];
        deepEqual(await questions(backend), [...login, challenge]);
        await backend.answer({ username: 'alice', password, static_challenge: '1' });
        unwrap(await backend.call('Connect'));
        await backend.waitForStatus('CONN_AUTH_FAILED');
        deepEqual(await questions(backend), [...login, challenge]);
        await connectSession(backend, { username: 'alice', password, static_challenge: pin });
      },
    }),
  ),
  {
    name: 'a dynamic challenge is answered in a second try, without the password again',
    async run(bed, client) {
      const backend = await openSession(bed, 'userpass', { client });
      await backend.answer({ username: 'dyn', password });
      unwrap(await backend.call('Connect'));
      const attention = await backend.signals.next(
        'AttentionRequired',
        ([, group]) => group === CHALLENGE_DYNAMIC,
      );
      deepEqual(attention.args, [1, CHALLENGE_DYNAMIC, accounts.dynamicChallenge]);
      deepEqual(await backend.waitForStatus('CFG_REQUIRE_USER'), [2, 4, 'Dynamic Challenge']);
      refused(await backend.call('Pause', ''), /Backend service is not initialized$/);
      refused(await backend.call('Ready'), /Missing user credentials/);
      deepEqual(await questions(backend), [
        [1, CHALLENGE_DYNAMIC, 'dynamic_challenge', accounts.dynamicChallenge, false],
      ]);
      await connectSession(backend, { dynamic_challenge: accounts.otp });
    },
  },
  {
    name: 'a wrong answer to a dynamic challenge asks for everything again',
    async run(bed, client) {
      const backend = await openSession(bed, 'userpass', { client });
      await backend.answer({ username: 'dyn', password });
      unwrap(await backend.call('Connect'));
      await backend.signals.next('AttentionRequired', ([, group]) => group === CHALLENGE_DYNAMIC);
      await backend.answer({ dynamic_challenge: 'wrong' });
      unwrap(await backend.call('Connect'));
      await backend.waitForStatus('CONN_AUTH_FAILED');
      deepEqual(await questions(backend), login);
      await connectSession(backend, { username: 'alice', password });
    },
  },
  {
    name: 'a question of the server while it waits is answered without another Connect',
    async run(bed, client) {
      const backend = await openSession(bed, 'userpass', { client });
      await backend.answer({ username: 'pend', password });
      unwrap(await backend.call('Connect'));
      const text = accounts.pendingQuestion;
      const attention = await backend.signals.next(
        'AttentionRequired',
        ([, group]) => group !== USER_PASSWORD,
      );
      deepEqual(attention.args, [1, CHALLENGE_AUTH_PENDING, text]);
      deepEqual(await backend.waitForStatus('CFG_REQUIRE_USER'), [2, 4, text]);
      deepEqual(await questions(backend), [[1, CHALLENGE_AUTH_PENDING, 'auth_pending', text, false]]);
      await backend.answer({ auth_pending: accounts.pendingCode });
      await backend.waitForStatus('CONN_CONNECTED');
    },
  },
  {
    name: 'a wrong answer to a question of the server is a failed authentication',
    async run(bed, client) {
      const backend = await openSession(bed, 'userpass', { client });
      await backend.answer({ username: 'pend', password });
      unwrap(await backend.call('Connect'));
      await backend.signals.next('AttentionRequired', ([, group]) => group === CHALLENGE_AUTH_PENDING);
      await backend.answer({ auth_pending: 'wrong' });
      await backend.waitForStatus('CONN_AUTH_FAILED');
      await connectSession(backend, { username: 'alice', password });
    },
  },
  ...['web', 'open'].map(
    (user): Case => ({
      name: `a page to log in on is announced, and ${user} is let in from there`,
      async run(bed, client) {
        const backend = await openSession(bed, 'userpass', { client });
        await backend.answer({ username: user, password });
        unwrap(await backend.call('Connect'));
        const attention = await backend.signals.next(
          'AttentionRequired',
          ([, group]) => group !== USER_PASSWORD,
        );
        deepEqual(attention.args, [1, OPEN_URL, accounts.url]);
        deepEqual(await backend.waitForStatus('SESS_AUTH_URL'), [3, 22, accounts.url]);
        refused(
          await backend.call('Ready'),
          /^GDBus\.Error:net\.openvpn\.v3\.error\.ready: Pending web auth/,
        );
        deepEqual(await questions(backend), []);
        await bed.server.finishWebAuth(true, user);
        await backend.waitForStatus('CONN_CONNECTED');
        unwrap(await backend.call('Ready'));
      },
    }),
  ),
  {
    name: 'the passphrase of a key is asked, and asked again when it is wrong',
    async run(bed, client) {
      const backend = await openSession(bed, 'encrypted-key', { client });
      const question = [1, PK_PASSPHRASE, 'pk_passphrase', 'Private key passphrase', true];
      deepEqual(await questions(backend), [question]);
      deepEqual(attentions(backend), [[1, PK_PASSPHRASE, 'Private key passphrase needed']]);
      deepEqual(await backend.get('status'), [2, 4, 'Private key passphrase needed to connect']);
      await backend.answer({ pk_passphrase: 'wrong' });
      unwrap(await backend.call('Connect'));
      await backend.waitForStatus('CONN_FAILED');
      deepEqual(await questions(backend), [question]);
      await connectSession(backend, { pk_passphrase: passphrase });
    },
  },
  {
    name: 'a key that is kept elsewhere signs through the user-input queue',
    async run(bed, client) {
      const options: SessionOptions = { client, edit: text => text.replace(/<key>[^<]*<\/key>\n/, '') };
      const backend = await openSession(bed, 'cert', options);
      deepEqual(await questions(backend), []);
      unwrap(await backend.call('Connect'));
      const sign = signer(await readFile(bed.server.lab.clients[client]?.credentials.key ?? '', 'utf8'));
      // The second signature is one of a new handshake.
      for (let turn = 0; turn < 2; turn++) {
        const attention = await backend.signals.next('AttentionRequired');
        deepEqual(attention.args.slice(0, 2), [2, PKCS11_SIGN]);
        const [question = [], ...others] = await questions(backend);
        deepEqual([question.slice(0, 2), others], [[2, PKCS11_SIGN], []]);
        const [, , name, data, hidden] = question;
        equal(hidden, false);
        const algorithm = String(name).replace(/^pkcs11_sign:/, '');
        const signature = sign({ type: 'PK_SIGN', data: String(data), algorithm });
        const provide = (value: string) => backend.call('UserInputProvide', 2, PKCS11_SIGN, 0, value);
        for (const wrong of ['not base64', signature.slice(1), '='])
          refused(
            await provide(wrong),
            /error\.invalid-input: The value for RequiresSlot ID 0 is not base64$/,
          );
        unwrap(await provide(signature.replace(/.{64}/g, '$&\n')));
        await backend.waitForStatus('CONN_CONNECTED');
        if (turn === 0) unwrap(await backend.call('Restart'));
      }
      deepEqual(await questions(backend), []);
    },
  },
];

test('a user is asked for what the profile, the server and the key need', {
  skip,
  concurrency: true,
}, async t => {
  const bed = await openTestBed(t, { server: { clients: cases.length } });
  await runAll(t, cases, bed);
});

test('a server that does not know its token any more is given the password', { skip }, async t => {
  const bed = await openTestBed(t, { server: { lines: ['auth-gen-token'] } });
  const backend = await openSession(bed, 'userpass');
  await backend.answer({ username: 'alice', password });
  await connectSession(backend);
  const { management } = bed.server;
  // It makes another secret, and knows none of the tokens that it has given.
  await management.state('on');
  const again = management.once('STATE');
  await management.signal('SIGHUP');
  await again;
  const before = attentions(backend).length;
  unwrap(await backend.call('Restart'));
  await backend.waitForStatus('CONN_CONNECTED');
  equal(backend.statuses().includes('CONN_AUTH_FAILED'), false);
  deepEqual(attentions(backend).slice(before), []);
});

test('an HTTP proxy asks for a name and a password of its own', { skip, concurrency: true }, async t => {
  const bed = await openTestBed(t, { server: { protocol: 'tcp', clients: 1 } });
  const backend = await openSession(bed, 'http-proxy');
  // Whether the proxy asks shows when it is used.
  unwrap(await backend.call('Connect'));
  deepEqual((await backend.signals.next('AttentionRequired')).args, [1, HTTP_PROXY_CREDS, '']);
  deepEqual(await backend.waitForStatus('CFG_REQUIRE_USER'), [2, 4, 'HTTP proxy credentials']);
  const asked = [
    [1, HTTP_PROXY_CREDS, 'http_proxy_user', 'HTTP proxy user name', false],
    [1, HTTP_PROXY_CREDS, 'http_proxy_pass', 'HTTP proxy password', true],
  ];
  deepEqual(await questions(backend), asked);
  // The daemon cannot go back from here by itself.
  unwrap(await backend.call('Pause', 'a while'));
  await backend.waitForStatus('CONN_PAUSED');
  unwrap(await backend.call('Resume'));
  await backend.waitForStatus('CFG_REQUIRE_USER');
  deepEqual(await questions(backend), asked);
  const { username: http_proxy_user, password: http_proxy_pass } = accounts.proxy;
  await backend.answer({ http_proxy_user, http_proxy_pass });
  await backend.waitForStatus('CONN_CONNECTED');
});

test('an HTTP proxy that refuses its credentials is not asked again with the same', { skip }, async t => {
  const bed = await openTestBed(t, { server: { protocol: 'tcp', clients: 1 } });
  const lines = ['<http-proxy-user-pass>', 'nobody', 'wrong', '</http-proxy-user-pass>'];
  const backend = await openSession(bed, 'http-proxy', { lines });
  unwrap(await backend.call('Connect'));
  // The session goes on, and asks as in the beginning.
  deepEqual((await backend.signals.next('AttentionRequired')).args, [1, HTTP_PROXY_CREDS, '']);
  deepEqual(await backend.waitForStatus('CFG_REQUIRE_USER'), [2, 4, 'HTTP proxy credentials']);
  await eventually('its daemon has ended', () => backend.daemons().length === 0);
  refused(await backend.call('Connect'), /Required user input not provided/);
  const { username: http_proxy_user, password: http_proxy_pass } = accounts.proxy;
  await backend.answer({ http_proxy_user, http_proxy_pass });
  unwrap(await backend.call('Connect'));
  await backend.waitForStatus('CONN_CONNECTED');
  // The proxy asks at each connection, which is no refusal.
  unwrap(await backend.call('Restart'));
  await backend.waitForStatus('CONN_CONNECTED');
});

test('credentials of an HTTP proxy that the profile brings are not asked', { skip }, async t => {
  const bed = await openTestBed(t, { server: { protocol: 'tcp', clients: 1 } });
  const { username, password } = accounts.proxy;
  const lines = ['<http-proxy-user-pass>', username, password, '</http-proxy-user-pass>'];
  const backend = await openSession(bed, 'http-proxy', { lines });
  deepEqual(await questions(backend), []);
  await connectSession(backend);
  deepEqual(attentions(backend), []);
});
