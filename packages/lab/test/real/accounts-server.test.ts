import { deepEqual, equal } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { accounts } from '../../src/accounts/accounts.ts';
import { type AccountsServer, startAccountsServer } from '../../src/accounts/accounts-server.ts';
import type { ProfileKind } from '../../src/accounts/profile.ts';
import { createDaemon } from '../../src/daemon/daemon.ts';
import { type Attached, atEnd, established, open, skip, temporaryFolder } from '../../src/testing/index.ts';

const { password } = accounts;

/** A plain openvpn with a profile, which has been told to connect. */
async function startClient(
  t: TestContext,
  server: AccountsServer,
  kind: ProfileKind,
  prepare: (client: Attached) => unknown = () => {},
): Promise<Attached> {
  const profile = await server.profile(kind, { lines: ['setenv IV_SSO webauth,crtext', 'push-peer-info'] });
  const questions = ['management-hold', 'management-query-passwords', 'auth-retry interact'];
  const daemon = await createDaemon({
    directory: temporaryFolder(t),
    name: 'plain',
    lines: [...profile.split('\n'), ...questions],
    namespace: { path: server.namespace(0), close() {} },
  });
  atEnd(t, () => daemon.stop('SIGKILL'));
  await daemon.start();
  const client = await open(t, { path: daemon.socket });
  await prepare(client);
  await client.state('on');
  await client.hold('off');
  await client.hold('release');
  return client;
}

async function login(client: Attached, username: string, secret: string): Promise<void> {
  await client.seen.kind('PASSWORD', 'need');
  await client.credentials('Auth', { username, password: secret });
}

describe('the accounts server', { skip, concurrency: true }, () => {
  it('lets in a certificate alone, and one whose key has a passphrase', async t => {
    const server = await startAccountsServer(t);
    await established(await startClient(t, server, 'cert'));
    const locked = await startClient(t, server, 'encrypted-key');
    await locked.seen.kind('PASSWORD', 'need');
    await locked.password('Private Key', accounts.passphrase);
    await established(locked);
    deepEqual(server.decisions.at(-1), { user: '', allowed: true });
  });

  for (const [user, secret] of [
    ['alice', password],
    ['utf8', accounts.utf8Password],
  ] as const) {
    it(`turns ${user} away with a wrong password, and lets them in with the right one`, async t => {
      const server = await startAccountsServer(t);
      const client = await startClient(t, server, 'userpass');
      await login(client, user, 'wrong');
      await client.seen.kind('PASSWORD', 'failed');
      await login(client, user, secret);
      await established(client);
      deepEqual(
        server.decisions.map(({ allowed }) => allowed),
        [false, true],
      );
    });
  }

  it('asks alice for a PIN when her profile says so', async t => {
    const server = await startAccountsServer(t);
    const client = await startClient(t, server, 'static');
    for (const answer of ['111111', accounts.pin]) {
      const { staticChallenge: challenge } = await client.seen.kind('PASSWORD', 'need');
      equal(challenge?.text, accounts.staticChallenge);
      await client.credentials('Auth', { username: 'alice', password, answer, challenge });
      if (answer !== accounts.pin) await client.seen.kind('PASSWORD', 'failed');
    }
    await established(client);
  });

  it('asks dyn for a code in a second try', async t => {
    const server = await startAccountsServer(t);
    const client = await startClient(t, server, 'userpass');
    await login(client, 'dyn', password);
    const { dynamicChallenge: challenge } = await client.seen.kind('PASSWORD', 'failed');
    equal(challenge?.text, accounts.dynamicChallenge);
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('Auth', { username: 'dyn', password, answer: accounts.otp, challenge });
    await established(client);
  });

  it('asks pend for a code while it waits', async t => {
    const server = await startAccountsServer(t);
    const client = await startClient(t, server, 'userpass');
    await login(client, 'pend', password);
    equal((await client.seen.kind('INFOMSG', 'CR_TEXT')).text, accounts.pendingQuestion);
    await client.crResponse(accounts.pendingCode);
    await established(client);
  });

  it('sends web to a page, until the test has it let in', async t => {
    const server = await startAccountsServer(t);
    const client = await startClient(t, server, 'userpass');
    await login(client, 'web', password);
    equal((await client.seen.kind('INFOMSG', 'WEB_AUTH')).url, accounts.url);
    await server.finishWebAuth();
    await established(client);
    deepEqual(server.decisions, [{ user: 'web', allowed: true }]);
  });

  it('has a proxy that asks for a user name and a password', async t => {
    const server = await startAccountsServer(t, { protocol: 'tcp' });
    const client = await startClient(t, server, 'http-proxy');
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('HTTP Proxy', accounts.proxy);
    await established(client);
  });
});
