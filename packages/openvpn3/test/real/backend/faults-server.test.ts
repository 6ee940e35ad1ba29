// What goes wrong with the server, or on the way to it.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runOrThrow } from '@ovpnkit/lab';
import { createAuthority, eventually, temporaryFolder } from '@ovpnkit/lab/testing';
import type { StatusMinorName } from '@ovpnkit/openvpn3';
import { unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { openTestBed, skip, type TestBed } from '../test-bed.ts';
import { connected, nothing, startWatched } from './watched-backend.ts';

/** The codes behind the last of this kind. */
const behind = (backend: Backend, minor: StatusMinorName) =>
  backend.statuses().slice(backend.statuses().lastIndexOf(minor) + 1);

/** Takes the only client off the network of the server, or puts it back. */
const setCable = ({ server }: TestBed, to: 'up' | 'down') =>
  runOrThrow(['nsenter', `--net=${server.lab.server.namespace}`, 'ip', 'link', 'set', 'client1', to]);

const logged = (backend: Backend, text: RegExp) =>
  backend.signals.all.some(({ member, args }) => member === 'Log' && text.test(String(args[3])));

const withAuthority = (profile: string, ca: string) =>
  profile.replace(/<ca>[\s\S]*<\/ca>/, () => `<ca>\n${ca.trim()}\n</ca>`);

/** A server certificate that has ended, and the authority that made it. */
async function expiredServer(folder: string): Promise<{ ca: string; lines: string[] }> {
  await createAuthority(folder);
  const file = (name: string) => join(folder, name);
  await writeFile(file('extensions'), 'extendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature\n');
  await runOrThrow([
    ...['openssl', 'req', '-config', file('openssl.cnf'), '-new', '-noenc', '-subj', '/CN=expired'],
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    ...['-keyout', file('old.key'), '-out', file('old.csr')],
  ]);
  await runOrThrow([
    ...['openssl', 'x509', '-req', '-in', file('old.csr'), '-CA', file('ca.crt'), '-CAkey', file('ca.key')],
    ...['-days', '-1', '-extfile', file('extensions'), '-out', file('old.crt')],
  ]);
  await chmod(folder, 0o755);
  return {
    ca: await readFile(file('ca.crt'), 'utf8'),
    lines: [`cert ${file('old.crt')}`, `key ${file('old.key')}`],
  };
}

describe('a server that goes wrong', { skip, concurrency: 3 }, () => {
  it('is lost with the network, and comes back with it', async t => {
    const bed = await openTestBed(t, { resolver: false });
    const backend = await startWatched(bed);
    await connected(bed, backend, await bed.server.profile('cert'));
    await setCable(bed, 'down');
    await backend.waitForStatus('CONN_RECONNECTING');
    await setCable(bed, 'up');
    await backend.waitForStatus('CONN_CONNECTED');
    deepEqual(behind(backend, 'CONN_RECONNECTING'), ['CONN_CONNECTED']);
    const [client] = bed.server.lab.clients;
    ok(client);
    await eventually('the tunnel works', async () => (await bed.server.lab.ping(client)) === 1);
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  it('is lost, and Disconnect ends the attempts to find it', async t => {
    const bed = await openTestBed(t, { resolver: false });
    const backend = await startWatched(bed);
    await connected(bed, backend, await bed.server.profile('cert'));
    await setCable(bed, 'down');
    await backend.waitForStatus('CONN_RECONNECTING');
    unwrap(await backend.call('Disconnect'));
    deepEqual(behind(backend, 'CONN_RECONNECTING'), ['CONN_DISCONNECTING', 'CONN_DISCONNECTED', 'CONN_DONE']);
    deepEqual(await backend.remains(), nothing);
  });

  it('halts its client, in words that are no text: the connection has failed, and Connect begins anew', async t => {
    const bed = await openTestBed(t, { resolver: false });
    const backend = await startWatched(bed);
    await connected(bed, backend, await bed.server.profile('cert'));
    await bed.server.management.clientKill(0, 'HALT,caf\udce9 is closed');
    const [, , message] = await backend.waitForStatus('CONN_FAILED');
    equal(message, 'Client disconnected by server');
    await backend.waitForStatus('CONN_DISCONNECTED');
    ok(logged(backend, /^Client Halt: caf. is closed$/));
    await eventually('the daemon has ended', () => backend.daemons().length === 0);
    unwrap(await backend.call('Connect'));
    await backend.waitForStatus('CONN_CONNECTED');
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  it('has its client connect again', async t => {
    const bed = await openTestBed(t, { resolver: false });
    const backend = await startWatched(bed);
    await connected(bed, backend, await bed.server.profile('cert'));
    await bed.server.management.clientKill(0, 'RESTART,new settings');
    await backend.waitForStatus('CONN_RECONNECTING');
    await backend.waitForStatus('CONN_CONNECTED');
    equal(backend.daemons().length, 1);
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  it('has a certificate of another authority', async t => {
    const bed = await openTestBed(t, { resolver: false });
    const folder = temporaryFolder(t);
    await createAuthority(folder);
    const other = await readFile(join(folder, 'ca.crt'), 'utf8');
    await failsToConnect(bed, withAuthority(await bed.server.profile('cert'), other));
  });

  it('has a certificate that has expired', async t => {
    const { ca, lines } = await expiredServer(temporaryFolder(t));
    const bed = await openTestBed(t, { resolver: false, server: { lines } });
    await failsToConnect(bed, withAuthority(await bed.server.profile('cert'), ca));
  });

  async function failsToConnect(bed: TestBed, profile: string): Promise<void> {
    const backend = await startWatched(bed);
    unwrap(await backend.confirm(bed.configurations.register(profile)));
    unwrap(await backend.call('Connect'));
    const [, , message] = await backend.waitForStatus('CONN_FAILED');
    match(message, /^Certificate verification failed$/);
    await eventually('the daemon has ended', () => backend.daemons().length === 0);
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  }
});
