import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authServer, heldClient, isSince, openLab, skip, userClient } from '@ovpnkit/lab/testing';
import type { Environment } from '@ovpnkit/management';

/** One name for each family of variables. */
const probes = ['n_clients', 'common_name', 'username', 'untrusted_ip', 'X509_0_CN', 'IV_VER'] as const;
type Probe = (typeof probes)[number];

const present = (env: Environment) => probes.filter(name => env.has(name));

const levels: readonly { level: number; connect: Probe[]; later: Probe[] }[] = [
  { level: 0, connect: [...probes], later: [...probes] },
  {
    level: 1,
    connect: ['username', 'untrusted_ip', 'X509_0_CN', 'IV_VER'],
    later: ['username', 'untrusted_ip', 'X509_0_CN'],
  },
  {
    level: 2,
    connect: ['username', 'untrusted_ip', 'X509_0_CN', 'IV_VER'],
    later: ['username', 'untrusted_ip', 'X509_0_CN'],
  },
  { level: 3, connect: ['IV_VER'], later: [] },
];

describe('the variables of client events', { skip, concurrency: true }, () => {
  for (const { level, connect, later } of levels) {
    it(`at env-filter ${level} are ${connect.join(' ') || 'none'}, later ${later.join(' ') || 'none'}`, async t => {
      const lab = await openLab(t, { server: authServer, client: () => userClient });
      const server = await lab.attach(lab.server);
      await server.envFilter(level);
      const client = await lab.release(0);
      await client.seen.kind('PASSWORD', 'need');
      await client.credentials('Auth', { username: 'alice', password: 'hunter2' });
      const request = await server.seen.kind('CLIENT', 'CONNECT');
      assert.deepEqual(present(request.env), connect);
      // The password is no variable of the environment at any level, and level 3 sends none at all.
      assert.equal(request.env.has('password'), false);
      assert.equal(request.password?.reveal(), level < 3 ? 'hunter2' : undefined);
      await request.allow();
      const { env } = await server.seen.kind('CLIENT', 'ESTABLISHED');
      assert.deepEqual(present(env), later);
      await server.kill('client1');
      const gone = await server.seen.kind('CLIENT', 'DISCONNECT');
      assert.deepEqual(
        present(gone.env),
        later.filter(name => name !== 'n_clients'),
      );
      assert.equal(gone.env.has('bytes_received'), level < 3);
    });
  }

  it('are missing when a client goes that was never let in', async t => {
    const lab = await openLab(t, { server: authServer, client: () => heldClient });
    const server = await lab.attach(lab.server);
    await lab.release(0);
    const { cid, env: known } = await server.seen.kind('CLIENT', 'CONNECT');
    const address = `${known.get('untrusted_ip')}:${known.get('untrusted_port')}`;
    await server.kill(isSince('2.7') ? `udp:${address}` : address);
    const { env } = await server.seen.kind('CLIENT', 'DISCONNECT', event => event.cid === cid);
    assert.equal(env.size, 0);
    assert.equal(await server.pid(), lab.server.pid);
  });
});
