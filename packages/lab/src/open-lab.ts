import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { privateDirectory } from '@ovpnkit/management/daemon';
import { clientLines, mergeLines, type Protocol, serverLines } from './daemon/configuration.ts';
import { createDaemon } from './daemon/daemon.ts';
import type { Lab, LabDaemon } from './lab.ts';
import type { Namespace } from './network/namespace.ts';
import { addresses, createNetwork, mostClients } from './network/network.ts';
import { ping } from './network/ping.ts';
import { type Authority, type Credentials, createAuthority } from './pki/certificates.ts';
import { allOrThrow } from './process/all-or-throw.ts';
import { onProcessExit } from './process/exit-hook.ts';

/** Makes a lab with a server that is not started, and no clients. */
export async function openLab(
  protocol: Protocol,
  serverExtra: readonly string[],
  openvpn: string | undefined,
): Promise<Lab> {
  const directory = privateDirectory('ovpnkit-lab');
  const network = createNetwork();
  const daemons: LabDaemon[] = [];
  const clients: LabDaemon[] = [];
  let clientsNumbered = 0;
  let closing: Promise<void> | undefined;

  const forgetExit = onProcessExit(() => {
    for (const daemon of daemons) void daemon.stop('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  function close(): Promise<void> {
    closing ??= (async () => {
      // Before the daemons: from then on none can be started.
      await network.close();
      // Nobody will miss a farewell: those who could hear it end at the same moment.
      await Promise.all(daemons.map(daemon => daemon.stop('SIGKILL')));
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
      forgetExit();
    })();
    return closing;
  }

  async function addDaemon(name: string, commonName: string, made: Made): Promise<LabDaemon> {
    const { lines, namespace, address, credentials } = made;
    const daemon = await createDaemon({ directory, name, namespace, lines, openvpn });
    const labDaemon = Object.assign(daemon, { commonName, credentials, address, namespace: namespace.path });
    daemons.push(labDaemon);
    return labDaemon;
  }

  async function addClient(
    authority: Authority,
    commonName: string,
    extra: readonly string[],
  ): Promise<LabDaemon> {
    if (clientsNumbered === mostClients)
      throw new RangeError(`A lab has room for ${mostClients} clients; make another lab`);
    clientsNumbered += 1;
    const number = clientsNumbered;
    const name = `client${number}`;
    const [credentials, namespace] = await allOrThrow([
      authority.issue('client', name, commonName),
      network.addClient(number),
    ]);
    const lines = mergeLines(clientLines(credentials, protocol), extra);
    const address = addresses.client(number);
    const client = await addDaemon(name, commonName, { lines, namespace, address, credentials });
    // Clients made at the same time get ready in any order.
    clients.push(client);
    clients.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    return client;
  }

  async function addServer(authority: Authority, namespace: Namespace): Promise<LabDaemon> {
    const credentials = await authority.issue('server', 'server', 'server');
    const lines = mergeLines(serverLines(credentials, protocol), serverExtra);
    return addDaemon('server', 'server', { lines, namespace, address: addresses.server, credentials });
  }

  try {
    const [authority, namespace] = await allOrThrow([createAuthority(directory), network.addServer()]);
    const server = await addServer(authority, namespace);
    return {
      directory,
      server,
      clients,
      port: addresses.port,
      tunnelAddress: addresses.tunnel,
      tunnelAddress6: addresses.tunnel6,
      addClient: (commonName, lines = []) => addClient(authority, commonName, lines),
      ping: (client, count = 1, size = 56) => ping(client.namespace, addresses.tunnel, count, size),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Made = {
  readonly lines: readonly string[];
  readonly namespace: Namespace;
  readonly address: string;
  readonly credentials: Credentials;
};
