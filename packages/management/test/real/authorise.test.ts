import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  authServer,
  established,
  eventually,
  heldClient,
  openLab,
  skip,
  userClient,
  within,
} from '@ovpnkit/lab/testing';

describe('a server that authorises', { skip, concurrency: true }, () => {
  it('lets a client in with directives of its own, which arrive at the client', async t => {
    const lab = await openLab(t, { server: authServer, client: () => heldClient });
    const server = await lab.attach(lab.server);
    const client = await lab.release(0);
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    assert.equal(request.env.get('common_name'), 'client1');
    assert.equal(request.env.get('untrusted_ip'), lab.client(0).address);
    // A certificate alone: `auth-user-pass-optional` makes the daemon send empty credentials.
    assert.deepEqual([request.env.get('username'), request.password?.reveal()], ['', '']);
    await request.allow([
      'ifconfig-push 198.19.0.77 255.255.255.0',
      'push "echo msg hello%2C world"',
      'iroute 192.0.2.0 255.255.255.0',
    ]);
    const state = await established(client);
    assert.equal(String(state.localVirtualIpv4), '198.19.0.77');
    assert.equal(String(state.remoteAddress), '198.18.0.1');
    const echoed = await client.echo('all');
    assert.deepEqual(
      echoed.map(({ text }) => text),
      ['msg hello%2C world'],
    );
    const own = await server.seen.kind('CLIENT', 'ADDRESS', event => event.address.version === 4);
    assert.deepEqual([String(own.address), own.mask, own.primary], ['198.19.0.77', undefined, true]);
    const behind = await server.seen.kind('CLIENT', 'ADDRESS', event => !event.primary);
    assert.deepEqual([String(behind.address), behind.mask], ['192.0.2.0', '255.255.255.0']);
    const { cid, env } = await server.seen.kind('CLIENT', 'ESTABLISHED');
    assert.deepEqual([cid, env.get('ifconfig_pool_remote_ip')], [request.cid, '198.19.0.77']);
    await lab.carries(0);
  });

  it('lets a client in without directives, and accounts for it when it goes', async t => {
    const lab = await openLab(t, { server: authServer, client: () => userClient });
    const server = await lab.attach(lab.server);
    const client = await lab.release(0);
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('Auth', { username: 'älice "q" \\', password: 'pa ss"w\\ord #ü' });
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    assert.equal(request.env.get('username'), 'älice "q" \\');
    assert.equal(request.password?.reveal(), 'pa ss"w\\ord #ü');
    assert.ok(!JSON.stringify([...request.env]).includes('pa ss'));
    await request.allow();
    await established(client);
    await lab.carries(0, 3, 1000);
    await server.kill('client1');
    const { cid, env } = await server.seen.kind('CLIENT', 'DISCONNECT');
    assert.equal(cid, request.cid);
    assert.equal(env.get('username'), 'älice "q" \\');
    assert.ok(Number(env.get('bytes_received')) > 3000 && Number(env.get('bytes_sent')) > 3000);
    assert.match(env.get('time_duration') ?? '', /^\d+$/);
  });

  it('turns a client away, which is told why and ends', async t => {
    const lab = await openLab(t, { server: authServer, client: () => userClient });
    const server = await lab.attach(lab.server);
    const client = await lab.release(0);
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('Auth', { username: 'alice', password: 'wrong' });
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    await request.deny('unknown to us', "no 'such' user, sorry");
    const failure = await client.seen.kind('PASSWORD', 'failed');
    assert.deepEqual([failure.name, failure.reason], ['Auth', "no 'such' user, sorry"]);
    assert.deepEqual([failure.dynamicChallenge, failure.temporary], [undefined, undefined]);
    assert.equal(await within('the daemon ends', lab.client(0).exited), 0);
    await eventually('the log of the server has the other reason', async () =>
      (await server.log('all')).some(({ text }) => text.includes('unknown to us')),
    );
  });

  it('turns a client away for now, which comes again', async t => {
    const lab = await openLab(t, {
      server: authServer,
      client: () => [...userClient, 'auth-retry interact'],
    });
    const server = await lab.attach(lab.server);
    const client = await lab.release(0);
    await client.hold('off');
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('Auth', { username: 'alice', password: 'secret' });
    const first = await server.seen.kind('CLIENT', 'CONNECT');
    await first.deny('no answer from the directory', 'TEMP[backoff 1,advance no]:come back later');
    const failure = await client.seen.kind('PASSWORD', 'failed');
    assert.deepEqual(failure.temporary, { text: 'come back later', backoff: 1, advance: 'no' });
    // Asks again because the lab's clients have `auth-nocache`; others come with the same credentials.
    await client.seen.kind('PASSWORD', 'need');
    await client.credentials('Auth', { username: 'alice', password: 'better' });
    const second = await server.seen.kind('CLIENT', 'CONNECT');
    assert.ok(second.cid > first.cid);
    assert.equal(second.password?.reveal(), 'better');
    await second.allow();
    await established(client);
  });

  it('answers each client once', async t => {
    const lab = await openLab(t, { server: authServer, client: () => heldClient });
    const server = await lab.attach(lab.server);
    const client = await lab.release(0);
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    await request.allow();
    const late = [
      request.allow(),
      request.allow(['push "echo x"']),
      request.deny('too late'),
      request.pending({ kind: 'CR_TEXT', text: 'Code' }, 30),
    ];
    for (const answer of late)
      await assert.rejects(answer, /client 0 \(key [01]\) has been answered already/);
    await established(client);
    assert.ok(!(await server.log('all')).some(({ text }) => text.includes('too late')));
  });

  it('may be answered by numbers as well as by events', async t => {
    const lab = await openLab(t, { clients: 3, server: authServer, client: () => heldClient });
    const server = await lab.attach(lab.server);
    const clients = await Promise.all([0, 1, 2].map(index => lab.release(index)));
    for (const client of clients) {
      const { cid, kid, env } = await server.seen.kind('CLIENT', 'CONNECT');
      switch (env.get('common_name')) {
        case 'client1':
          await server.clientPendingAuth(cid, kid, { kind: 'CR_TEXT', text: 'Code', response: false }, 30);
          await server.clientAuth(cid, kid, ['ifconfig-push 198.19.0.99 255.255.255.0']);
          break;
        case 'client2':
          await server.clientAuthNt(cid, kid);
          break;
        default:
          await server.clientDeny(cid, kid, 'log reason', 'client reason');
      }
      assert.ok(client.connected);
    }
    const [first, second, third] = clients;
    assert.ok(first && second && third);
    const message = await first.seen.kind('INFOMSG', 'CR_TEXT');
    assert.deepEqual([message.text, message.response], ['Code', false]);
    assert.equal(String((await established(first)).localVirtualIpv4), '198.19.0.99');
    await established(second);
    assert.equal((await third.seen.kind('PASSWORD', 'failed')).reason, 'client reason');
  });

  for (const answer of ['yes', 'no'] as const) {
    it(`asks again for a new key, and a client ${answer === 'yes' ? 'stays' : 'goes'} when the answer is ${answer}`, async t => {
      // Long enough for the client to be connected before the first key ends.
      const lab = await openLab(t, { server: [...authServer, 'reneg-sec 5'], client: () => userClient });
      const server = await lab.attach(lab.server);
      // With auth-nocache, the client asks its user anew each time.
      const client = await lab.release(0, client =>
        client.on('PASSWORD', async ({ kind }) => {
          if (kind === 'need') await client.credentials('Auth', { username: 'alice', password: 'secret' });
        }),
      );
      const first = await server.seen.kind('CLIENT', 'CONNECT');
      await first.allow();
      await established(client);
      const second = await server.seen.kind('CLIENT', 'REAUTH');
      assert.equal(second.cid, first.cid);
      assert.ok(second.kid > first.kid);
      assert.equal(second.password?.reveal(), 'secret');
      await assert.rejects(first.deny('too late'), /answered already/);
      if (answer === 'yes') {
        server.on('CLIENT', async event => {
          if (event.kind === 'REAUTH') await event.allow();
        });
        await second.allow();
        await lab.carries(0);
        const states = client.seen.all.filter(event => event.type === 'STATE');
        assert.equal(states.at(-1)?.name, 'CONNECTED');
      } else {
        await second.deny('your time is up', 'time is up');
        assert.equal((await client.seen.kind('PASSWORD', 'failed')).reason, 'time is up');
      }
    });
  }
});
