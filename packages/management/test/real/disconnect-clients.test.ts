import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { type LabDaemon, runOrThrow } from '@ovpnkit/lab';
import { type Attached, eventually, isSince, openLab, skip } from '@ovpnkit/lab/testing';
import type { Client } from '@ovpnkit/management';

const addressOf = (daemon: LabDaemon, address: string, device: string) =>
  runOrThrow(['nsenter', `--net=${daemon.namespace}`, 'ip', 'addr', 'add', address, 'dev', device, 'nodad']);

/** A server for both families, with clients that come over IPv6, over the link alone, and over IPv4. */
async function openBoth(
  t: TestContext,
): Promise<{ server: Attached; link: Attached; rows: readonly Client[] }> {
  const lab = await openLab(t, {
    clientNames: ['udp6', 'link', 'alice', 'c:d'],
    server: isSince('2.7') ? ['local :: 1194 udp6'] : ['proto udp6', 'local ::'],
    client: index =>
      [
        ['proto udp6', 'remote fd05::1 1194'],
        ['proto udp6', 'remote fe80::1%eth0 1194'],
      ][index] ?? [],
    startServer: false,
    startClients: false,
  });
  for (const address of ['fd05::1/64', 'fe80::1/64']) await addressOf(lab.server, address, 'lab');
  await addressOf(lab.client(0), 'fd05::2/64', 'eth0');
  await lab.server.start();
  await Promise.all(lab.clients.map(client => client.start()));
  const server = await lab.attach(lab.server);
  const rows = await eventually('four clients are connected', async () => {
    const status = await server.status();
    assert.ok(status.mode === 'server');
    assert.deepEqual(status.malformed, []);
    const ready = status.clients.filter(client => client.virtualIpv4 && client.virtualIpv6);
    return ready.length === 4 && ready;
  });
  return { server, link: await lab.attach(lab.client(1)), rows };
}

describe('clients of both families', { skip }, () => {
  it('are disconnected by what the status prints of them, each and no other', async t => {
    const { server, link, rows } = await openBoth(t);
    const state = await link.state();
    assert.deepEqual(
      [state.mode, String(state.remoteAddress), state.remotePort],
      ['client', 'fe80::1%eth0', 1194],
    );

    const present = async (): Promise<(number | undefined)[]> => {
      const status = await server.status();
      return status.mode === 'server' ? status.clients.map(({ cid }) => cid) : [];
    };
    const left = [...rows];
    for (const take of [
      (client: Client) => client.realAddress.text,
      (client: Client) => String(client.virtualIpv6),
      (client: Client) => client.commonName,
      (client: Client) => `cid:${client.cid}`,
    ]) {
      // Those over IPv6 first, which the daemon's own command cannot reach.
      const client = left.sort((a, b) => a.realAddress.address.version - b.realAddress.address.version).pop();
      assert.ok(client);
      const [gone, ...others] = await server.disconnectClients(take(client), { order: 'HALT' });
      assert.deepEqual(
        [gone?.cid, gone?.client?.realAddress.text, others],
        [client.cid, client.realAddress.text, []],
      );
      await eventually('it is gone', async () => !(await present()).includes(client.cid));
      for (const { cid } of left) assert.ok((await present()).includes(cid));
      await assert.rejects(server.disconnectClients(take(client)), { name: 'LookupError', reason: 'none' });
    }
  });
});
