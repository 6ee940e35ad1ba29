import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authServer, established, heldClient, openLab, skip } from '@ovpnkit/lab/testing';

describe('a server with many clients', { skip, concurrency: 2 }, () => {
  it('may send commands inside a handler, and one slow answer holds up nobody else', async t => {
    const clientNames = ['slow', 'quick', 'swift'];
    const lab = await openLab(t, { clientNames, server: authServer, client: () => heldClient });
    const server = await lab.attach(lab.server);
    const gate = Promise.withResolvers<void>();
    server.on('CLIENT', async event => {
      if (event.kind !== 'CONNECT') return;
      const status = await server.status();
      assert.equal(status.mode, 'server');
      assert.equal(await server.pid(), lab.server.pid);
      if (event.env.get('common_name') === 'slow') await gate.promise;
      await event.allow();
    });
    const [slow, quick, swift] = await Promise.all([0, 1, 2].map(index => lab.release(index)));
    assert.ok(slow && quick && swift);
    await Promise.all([established(quick), established(swift)]);
    assert.ok(!slow.seen.all.some(event => event.type === 'STATE' && event.name === 'CONNECTED'));
    gate.resolve();
    await established(slow);
  });

  it('lets in twenty clients that come at once', async t => {
    const lab = await openLab(t, {
      clients: 20,
      server: [...authServer, 'max-clients 20'],
      startClients: false,
    });
    const server = await lab.attach(lab.server);
    const names = new Map<number, string>();
    server.on('CLIENT', async event => {
      if (event.kind !== 'CONNECT') return;
      const name = event.env.get('common_name') ?? '';
      names.set(event.cid, name);
      await event.allow([`ifconfig-push 198.19.0.${100 + Number(name.slice(6))} 255.255.255.0`]);
    });
    await Promise.all(lab.clients.map(client => client.start()));
    for (let count = 0; count < 20; count++) await server.seen.kind('CLIENT', 'ESTABLISHED');
    const status = await server.status();
    assert.ok(status.mode === 'server');
    assert.deepEqual(
      status.clients.map(client => [client.commonName, String(client.virtualIpv4)]).sort(),
      lab.clients.map((client, index) => [client.commonName, `198.19.0.${101 + index}`]).sort(),
    );
    for (const { cid, commonName } of status.clients) assert.equal(names.get(cid ?? -1), commonName);
    assert.equal(await server.nclients(), 20);
  });

  it('without management-client-auth is told only that a client is there', async t => {
    const lab = await openLab(t, { client: () => heldClient });
    const server = await lab.attach(lab.server);
    await established(await lab.release(0));
    const { cid, env } = await server.seen.kind('CLIENT', 'ESTABLISHED');
    assert.deepEqual([cid, env.get('common_name')], [0, 'client1']);
    await server.kill('client1');
    assert.equal(await server.nclients(), 0);
    const kinds = server.seen.all.flatMap(event => (event.type === 'CLIENT' ? [event.kind] : []));
    assert.deepEqual(kinds, ['ESTABLISHED']);
  });

  it('keeps replies and events apart in a flood of both', async t => {
    const lab = await openLab(t, { clients: 5, server: authServer, startClients: false });
    const server = await lab.attach(lab.server);
    server.on('CLIENT', async event => {
      if (event.kind === 'CONNECT') await event.allow();
    });
    await server.verb(6);
    await server.log('on');
    await server.bytecount(1);
    await Promise.all(lab.clients.map(client => client.start()));
    let waiting = true;
    const connected = Promise.all(lab.clients.map(() => server.seen.kind('CLIENT', 'ESTABLISHED'))).finally(
      () => {
        waiting = false;
      },
    );
    connected.catch(() => {}); // it is awaited below
    for (let round = 0; waiting || round < 50; round++) {
      const [status, pid, log] = await Promise.all([server.status(), server.pid(), server.log(20)]);
      assert.ok(status.mode === 'server');
      assert.deepEqual([status.malformed, pid, log.length], [[], lab.server.pid, 20]);
    }
    await connected;
    const types = new Set(server.seen.all.map(event => event.type));
    assert.ok(types.has('LOG') && types.has('CLIENT'));
    assert.ok(!types.has('unknown') && !types.has('malformed'));
  });
});
