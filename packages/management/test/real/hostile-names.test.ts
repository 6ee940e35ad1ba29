import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authServer, established, heldClient, openLab, skip, userClient } from '@ovpnkit/lab/testing';
import type { StatusRow } from '@ovpnkit/management';

describe('clients with hostile names', { skip, concurrency: true }, () => {
  it('are seen as what they are, and spoof neither an event nor a reply', async t => {
    const clientNames = [
      '>LOG:evil,name "q" ünï',
      'ERIC',
      'END',
      'ERROR: no',
      'SUCCESS: pid=1',
      'x,1.2.3.4:5,6',
    ];
    const lab = await openLab(t, { clientNames, server: authServer, client: () => heldClient });
    const server = await lab.attach(lab.server);
    server.on('CLIENT', async event => {
      if (event.kind === 'CONNECT') await event.allow();
    });
    const clients = await Promise.all(clientNames.map((_, index) => lab.release(index)));
    await Promise.all(clients.map(established));
    const connected = [];
    while (connected.length < clientNames.length)
      connected.push((await server.seen.kind('CLIENT', 'ESTABLISHED')).env.get('common_name'));
    assert.deepEqual(connected.sort(), [...clientNames].sort());

    const told = server.seen.all.length;
    for (const format of [1, 2, 3] as const) {
      const status = await server.status(format);
      assert.ok(status.mode === 'server');
      assert.deepEqual([format, status.malformed], [format, []]);
      assert.deepEqual(status.clients.map(client => client.commonName).sort(), [...clientNames].sort());
      assert.deepEqual(new Set(status.routes.map(route => route.commonName)), new Set(clientNames));
      const rows: StatusRow[] = [];
      for await (const row of server.statusRows(format)) rows.push(row);
      assert.equal(rows.filter(row => row.type === 'client').length, clientNames.length);
      assert.equal(await server.pid(), lab.server.pid);
    }
    assert.deepEqual(server.seen.all.slice(told), []);
    for (const name of ['ERIC', 'END']) await server.kill(name);
    assert.equal(await server.nclients(), clientNames.length - 2);
  });

  it('keep every byte, also of those that are not UTF-8', async t => {
    const lab = await openLab(t, { server: authServer, client: () => userClient });
    const server = await lab.attach(lab.server);
    const client = await lab.release(0);
    await client.seen.kind('PASSWORD', 'need');
    // Latin-1 for café, and the first half of a character: each stray byte is a lone surrogate in the text.
    const [username, password] = ['caf\udce9', 'pass\udcc3'];
    await client.credentials('Auth', { username, password });
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    assert.equal(request.env.get('username'), username);
    assert.equal(request.password?.reveal(), password);
    await request.allow();
    await established(client);
    for (const format of [2, 3] as const) {
      const status = await server.status(format);
      assert.ok(status.mode === 'server');
      assert.equal(status.clients[0]?.username, username);
    }
    await server.kill('client1');
    const { env } = await server.seen.kind('CLIENT', 'DISCONNECT');
    assert.equal(env.get('username'), username);
  });
});
