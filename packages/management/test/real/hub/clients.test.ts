import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  type Attached,
  authServer,
  established,
  heldClient,
  isSince,
  openLab,
  openProgram,
  type Program,
  skip,
  type TestLab,
  userClient,
} from '@ovpnkit/lab/testing';
import { CommandError, type ManagementClient } from '@ovpnkit/management';
import { hubEvent, openHubAt } from './hub-lab.ts';

const peerInfo = ['setenv IV_SSO webauth,openurl,crtext', 'push-peer-info', 'setenv UV_DEVICE laptop'];

/** A client with a name and a password, let go, that answers what it is asked. */
async function release(lab: TestLab, index = 0): Promise<Attached> {
  const client = await lab.release(index);
  await client.seen.kind('PASSWORD', 'need');
  await client.credentials('Auth', { username: 'alice', password: 'hunter2' });
  return client;
}

/** All that a server says of a client from its first question to its end, at this level, as names. */
async function lifeOf(program: Program, lab: TestLab, index: number, level: number): Promise<string[]> {
  await program.reply(`env-filter ${level}`);
  const attached = await release(lab, index);
  let text = await program.until(/>CLIENT:CONNECT,(\d+),(\d+)[\s\S]*?ENV,END\r\n/);
  const [, cid = '', kid = ''] = />CLIENT:CONNECT,(\d+),(\d+)/.exec(text) ?? [];
  text += await program.reply(
    `client-pending-auth ${isSince('2.6.2') ? `${cid} ${kid}` : cid} "CR_TEXT:R,E:code" 60`,
  );
  await attached.seen.kind('INFOMSG', 'CR_TEXT');
  await attached.crResponse('1234');
  text += await program.until(/>CLIENT:CR_RESPONSE,[\s\S]*?ENV,END\r\n/);
  text += await program.reply(`client-auth-nt ${cid} ${kid}`);
  text += await program.until(/>CLIENT:ESTABLISHED,[\s\S]*?ENV,END\r\n/);
  text += await program.reply(`kill ${lab.client(index).commonName}`);
  return text
    .split('\r\n')
    .filter(line => line.startsWith('>CLIENT:') && !line.startsWith('>CLIENT:ADDRESS'))
    .map(line => line.replace(/=.*$|(?<=^>CLIENT:[A-Z_]+),\d.*$/s, ''));
}

describe('clients of a server, through the hub', { skip, concurrency: 4 }, () => {
  for (const level of [0, 1, 2, 3])
    it(`have at env-filter ${level} the environment that they have without it, in every event`, async t => {
      const lines = ['explicit-exit-notify 1', 'reneg-sec 0'];
      const lab = await openLab(t, {
        clients: 2,
        server: [...authServer, ...lines],
        client: () => [...userClient, ...peerInfo],
      });
      const direct = await openProgram(t, lab.server);
      const expected = await lifeOf(direct, lab, 0, level);
      direct.socket.destroy();
      const { at } = await openHubAt(t, lab.server);
      assert.deepEqual(await lifeOf(await openProgram(t, at('auth')), lab, 1, level), expected);
      assert.ok(expected.length > 8);
    });

  it('are let in by one program, watched by others who see no password, and kicked by an operator', async t => {
    const lab = await openLab(t, { server: authServer, client: () => userClient });
    const { at } = await openHubAt(t, lab.server);
    const [auth, standby, operator, monitor] = [
      await lab.attach(at('auth') as never),
      await lab.attach(at('auth') as never),
      await lab.attach(at('operator') as never),
      await openProgram(t, at('monitor')),
    ];
    const client = await release(lab);
    const [request, same] = await Promise.all(
      [auth, standby].map(each => each.seen.kind('CLIENT', 'CONNECT')),
    );
    assert.equal(request?.password?.reveal(), 'hunter2');
    await assert.rejects(same?.allow() ?? Promise.resolve(), CommandError);
    await request?.allow(['ifconfig-push 198.19.0.88 255.255.255.0', `push "echo ${'x'.repeat(200)}"`]);
    assert.equal(String((await established(client)).localVirtualIpv4), '198.19.0.88');
    await assert.rejects(
      auth.raw(`client-deny ${request?.cid} ${request?.kid} "no"`),
      /has been answered already/,
    );
    await assert.rejects(operator.raw(`client-deny ${request?.cid} ${request?.kid} "no"`), /role operator/);
    const status = await operator.status();
    assert.deepEqual(status.mode === 'server' && status.clients.map(({ commonName }) => commonName), [
      'client1',
    ]);
    await operator.kill('client1');
    const seen = await monitor.until(/>CLIENT:DISCONNECT,[\s\S]*?ENV,END\r\n/);
    assert.match(seen, />CLIENT:ENV,password=\[REDACTED\]\r\n/);
    assert.doesNotMatch(seen, /hunter2/);
    await standby.seen.kind('CLIENT', 'DISCONNECT');
  });

  it('are turned away for now while nobody decides, keep their password, and come again', async t => {
    const lab = await openLab(t, { server: authServer, client: () => [...userClient, 'connect-retry 1 1'] });
    const hub = await openHubAt(t, lab.server, { whenUndecided: 'deny' });
    const client = await release(lab);
    await client.hold('off');
    const turnedAway = isSince('2.6');
    if (turnedAway) {
      await hubEvent(hub, 'denied');
      const { reason } = await client.seen.kind('PASSWORD', 'failed');
      assert.match(reason ?? '', /sign-in service unavailable/);
    } else {
      // It would end, so it waits.
      await client.seen.next('STATE', ({ name }) => name === 'GET_CONFIG');
      assert.ok(hub.events.every(({ type }) => type !== 'denied'));
    }
    const auth = await lab.attach(hub.at('auth') as never);
    if (!turnedAway) await (await auth.seen.kind('CLIENT', 'CONNECT')).allow();
    auth.on('CLIENT', async event => {
      // At the end of the test it may ask once more.
      if (event.kind === 'CONNECT') await event.allow().catch(() => {});
    });
    if (turnedAway) {
      await client.seen.kind('PASSWORD', 'need');
      await client.credentials('Auth', { username: 'alice', password: 'hunter2' });
    }
    await established(client);
  });

  it('that wait are told to the program that takes over', async t => {
    const lab = await openLab(t, { server: authServer, client: () => userClient });
    const { at } = await openHubAt(t, lab.server);
    const first = await lab.attach(at('auth') as never);
    const client = await release(lab);
    await first.seen.kind('CLIENT', 'CONNECT');
    await first.close();
    const second = await lab.attach(at('auth') as never);
    const request = await second.seen.kind('CLIENT', 'CONNECT');
    assert.equal(request.password?.reveal(), 'hunter2');
    await request.allow();
    await established(client);
  });

  it('are asked about anew when the server restarts itself, under the same numbers', async t => {
    const lab = await openLab(t, { server: authServer, client: () => [...heldClient, 'connect-retry 1 1'] });
    const { at } = await openHubAt(t, lab.server);
    const [auth, admin] = [await lab.attach(at('auth') as never), await lab.attach(at('admin') as never)];
    const client = await lab.release(0);
    await client.hold('off');
    const first = await auth.seen.kind('CLIENT', 'CONNECT');
    await first.allow();
    await established(client);
    await admin.signal('SIGUSR1');
    const again = await auth.seen.kind('CLIENT', 'CONNECT');
    // Up to 2.5 the numbers go on.
    assert.deepEqual([again.cid, again.kid], [isSince('2.6') ? first.cid : first.cid + 1, first.kid]);
    // What the client began while the server restarted may be lost, and then it asks once more.
    auth.on('CLIENT', async event => {
      if (event.kind === 'CONNECT') await event.allow().catch(() => {});
    });
    await again.allow();
    await established(client);
  });
});

/** Signs in on the client's side, through a hub there. */
describe('the questions of a client, through the hub', { skip, concurrency: 4 }, () => {
  it('are asked of everybody, answered by one, and asked again of who comes late', async t => {
    const lab = await openLab(t, { client: () => userClient });
    const daemon = lab.clients[0] ?? assert.fail();
    const { at } = await openHubAt(t, daemon);
    const [gui, other] = [await lab.attach(at('auth') as never), await lab.attach(at('auth') as never)];
    const monitor = await openProgram(t, at('monitor'));
    for (const each of [gui, other]) await each.seen.next('HOLD');
    await monitor.until('>HOLD:Waiting for hold release:0\r\n');
    assert.match(await monitor.reply('hold release'), /not allowed/);
    const admin = await lab.attach(at('admin') as never);
    await admin.seen.next('HOLD');
    await gui.state('on');
    await admin.hold('release');
    for (const each of [gui, other, admin]) await each.seen.kind('PASSWORD', 'need');
    await monitor.until(">PASSWORD:Need 'Auth' username/password\r\n");
    await gui.raw('username "Auth" "alice"');
    const late = await openProgram(t, at('monitor'));
    await late.until(">PASSWORD:Need 'Auth' username/password\r\n");
    assert.match(await late.reply('password "Auth" "x"'), /not allowed/);
    await other.raw('password "Auth" "hunter2"');
    await assert.rejects(gui.raw('password "Auth" "again"'), CommandError);
    await established(gui);
    const later = await openProgram(t, at('monitor'));
    assert.match(await later.reply('pid'), /^SUCCESS: pid=/);
  });

  it('for signatures are answered in the words of each version', async t => {
    await signs(t, 1);
    await signs(t, 3);
  });
});

async function signs(t: TestContext, version: number): Promise<void> {
  const { readFile } = await import('node:fs/promises');
  const { signer } = await import('@ovpnkit/management');
  const lab = await openLab(t, { clients: 0 });
  const daemon = await lab.addClient('ec', [
    `management-external-key ${isSince('2.6') ? 'pss' : 'nopadding pkcs1'}`,
    'management-hold',
  ]);
  await daemon.start();
  const { at } = await openHubAt(t, daemon);
  const gui: ManagementClient & Pick<Attached, 'seen'> = await lab.attach(at('auth') as never);
  const admin = await lab.attach(at('admin') as never);
  if (version > 1) await gui.announceVersion(version);
  await gui.state('on');
  await admin.hold('release');
  const question = await gui.seen.where(
    'a question',
    event => event.type === 'PK_SIGN' || event.type === 'RSA_SIGN',
  );
  const sign = signer(await readFile(daemon.credentials.key, 'utf8'));
  if (question.type === 'PK_SIGN') await gui.pkSig(sign(question));
  else if (question.type === 'RSA_SIGN') await gui.rsaSig(sign(question));
  assert.equal(question.type, version === 1 ? 'RSA_SIGN' : 'PK_SIGN');
  await established(gui as Attached);
}
