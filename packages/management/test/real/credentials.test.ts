import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { runOrThrow } from '@ovpnkit/lab';
import {
  type Attached,
  authServer,
  established,
  heldClient,
  openLab,
  skip,
  type TestLab,
  userClient,
  within,
} from '@ovpnkit/lab/testing';
import { EncodeError, parseStaticChallengePassword, Secret } from '@ovpnkit/management';

/** A client whose user has to be asked, with more lines, and the server it comes to. */
async function openPair(
  t: TestContext,
  lines: readonly string[] = [],
): Promise<{ lab: TestLab; server: Attached; client: Attached }> {
  const lab = await openLab(t, { server: authServer, client: () => [...userClient, ...lines] });
  const server = await lab.attach(lab.server);
  const client = await lab.release(0);
  await client.hold('off');
  return { lab, server, client };
}

describe('the user of a client', { skip, concurrency: true }, () => {
  it('is asked for name and password, and given a token for later', async t => {
    const { server, client } = await openPair(t);
    const question = await client.seen.kind('PASSWORD', 'need');
    assert.deepEqual(
      [question.name, question.needs, question.staticChallenge],
      ['Auth', 'username/password', undefined],
    );
    await client.username(question.name, 'alice');
    await assert.rejects(client.username('Somebody', 'bob'), { name: 'CommandError' });
    await assert.rejects(client.password('Auth', 'x'.repeat(256)), EncodeError);
    await client.password(question.name, new Secret('x'.repeat(255)));
    await assert.rejects(client.username('Auth', 'alice'), { name: 'CommandError' });
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    assert.equal(request.env.get('username'), 'alice');
    assert.equal(request.password?.reveal(), 'x'.repeat(255));
    await request.allow(['push "auth-token-user YWxpY2U="', 'push "auth-token tok_0123456789"']);
    const { token } = await client.seen.kind('PASSWORD', 'auth-token');
    assert.equal(token.reveal(), 'tok_0123456789');
    await established(client);
    assert.doesNotMatch(inspect([client.seen.all, server.seen.all], { depth: 9 }), /xxxx|tok_/);
  });

  it('is told why the password is wrong, and asked again', async t => {
    const { server, client } = await openPair(t, ['auth-retry interact', 'connect-retry 1 1']);
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('Auth', { username: 'alice', password: 'wrong' });
    await (await server.seen.kind('CLIENT', 'CONNECT')).deny('wrong password', "wrong 'pass', sorry");
    const failure = await client.seen.kind('PASSWORD', 'failed');
    assert.deepEqual([failure.name, failure.reason], ['Auth', "wrong 'pass', sorry"]);
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('Auth', { username: 'alice', password: 'right' });
    const again = await server.seen.kind('CLIENT', 'CONNECT');
    assert.equal(again.password?.reveal(), 'right');
    await again.allow();
    await established(client);
  });

  it('is told nothing when the server gives no reason, and the client ends', async t => {
    const { lab, server, client } = await openPair(t);
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('Auth', { username: 'alice', password: 'wrong' });
    await (await server.seen.kind('CLIENT', 'CONNECT')).deny('for our log only');
    assert.equal((await client.seen.kind('PASSWORD', 'failed')).reason, undefined);
    await client.seen.next('STATE', state => state.name === 'EXITING');
    assert.equal(await within('the daemon ends', lab.client(0).exited), 0);
    assert.equal((await within('the connection ends', client.closed))?.reason, 'closed');
  });

  it('is asked again by the next management client, when the first left without an answer', async t => {
    const { lab, server, client } = await openPair(t);
    await client.seen.kind('PASSWORD', 'need');
    await client.close();
    const next = await lab.attach(lab.client(0));
    await next.state('on');
    const question = await next.seen.kind('PASSWORD', 'need');
    await next.credentials(question.name, { username: 'alice', password: 'secret' });
    await (await server.seen.kind('CLIENT', 'CONNECT')).allow();
    await established(next);
  });

  for (const echo of [true, false]) {
    it(`answers a static challenge, ${echo ? 'shown' : 'hidden'} while it is typed`, async t => {
      const text = 'Please enter token PIN: 6 digits, no "spaces"';
      const line = `static-challenge "${text.replaceAll('"', '\\"')}" ${echo ? 1 : 0}`;
      const { server, client } = await openPair(t, [line]);
      const { staticChallenge: challenge } = await client.seen.kind('PASSWORD', 'need');
      assert.deepEqual(challenge, { text, echo, concat: false });
      const password = new Secret('pass:wörd');
      await client.credentials('Auth', { username: 'alice', password, answer: '424242', challenge });
      const request = await server.seen.kind('CLIENT', 'CONNECT');
      const given = parseStaticChallengePassword(request.password ?? new Secret(''));
      assert.deepEqual([given?.password.reveal(), given?.answer.reveal()], ['pass:wörd', '424242']);
      await request.allow();
      await established(client);
    });
  }

  it('answers a dynamic challenge, which comes as the reason of a refusal', async t => {
    const { server, client } = await openPair(t, ['auth-retry interact', 'connect-retry 1 1']);
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('Auth', { username: 'alice', password: 'first factor' });
    const first = await server.seen.kind('CLIENT', 'CONNECT');
    const user = Buffer.from('älice').toString('base64');
    await first.deny('second factor needed', `CRV1:R,E:Om01u7Fh4LrGBS7uh0SWmzwabUiGiW6l:${user}:PIN: now`);
    const { dynamicChallenge: challenge } = await client.seen.kind('PASSWORD', 'failed');
    assert.deepEqual(challenge, {
      text: 'PIN: now',
      echo: true,
      response: true,
      stateId: 'Om01u7Fh4LrGBS7uh0SWmzwabUiGiW6l',
      username: 'älice',
    });
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('Auth', { password: '', answer: '9876', challenge });
    const second = await server.seen.kind('CLIENT', 'CONNECT');
    assert.equal(second.env.get('username'), 'älice');
    assert.equal(second.password?.reveal(), 'CRV1::Om01u7Fh4LrGBS7uh0SWmzwabUiGiW6l::9876');
    await second.allow();
    await established(client);
  });

  it('unlocks the private key, at the second try', async t => {
    const lines = [...heldClient, 'key locked.key', 'auth-retry interact', 'connect-retry 1 1'];
    const lab = await openLab(t, { client: () => lines, startClients: false });
    const { key } = lab.client(0).credentials;
    const locked = join(lab.directory, 'locked.key');
    const passphrase = 'key "s3cret" \\ ü';
    await runOrThrow(
      ['openssl', 'pkey', '-in', key, '-aes256', '-passout', 'stdin', '-out', locked],
      `${passphrase}\n`,
    );
    await lab.client(0).start();
    const client = await lab.release(0);
    await client.hold('off');
    const question = await client.seen.kind('PASSWORD', 'need');
    assert.deepEqual([question.name, question.needs], ['Private Key', 'password']);
    await client.credentials(question.name, { password: 'wrong' });
    const { description } = await client.seen.next('STATE', state => state.name === 'RECONNECTING');
    assert.equal(description, 'private-key-password-failure');
    await client.seen.kind('PASSWORD', 'need');
    await client.password('Private Key', passphrase);
    await established(client);
  });
});
