import type { Protocol } from './daemon/configuration.ts';
import type { Lab } from './lab.ts';
import { mostClients } from './network/network.ts';
import { openLab } from './open-lab.ts';
import { labPrivilege } from './privilege.ts';
import { allOrThrow } from './process/all-or-throw.ts';

export type LabOptions = {
  /** How many clients, called client1 and so on; 3 when absent. */
  readonly clients?: number;
  /** Their common names, in place of `clients`. */
  readonly clientNames?: readonly string[];
  /** 'udp' when absent. */
  readonly protocol?: Protocol;
  /** Lines for the server's configuration. One with the option of a line of the lab takes its place. */
  readonly server?: readonly string[];
  /** The same for each client, by its index in `clients`. */
  readonly client?: (index: number) => readonly string[];
  /** The program of all daemons, for `openvpnProgram`, which chooses one when it is absent. */
  readonly openvpn?: string | undefined;
  /** False makes the clients without starting them. */
  readonly startClients?: boolean;
  readonly startServer?: boolean;
  /** Gives up and cleans up, as long as the lab is not ready. */
  readonly signal?: AbortSignal;
};

/** Makes a server and its clients; resolves when their management interfaces listen, which is before they are connected. */
export async function createLab(options: LabOptions = {}): Promise<Lab> {
  const { signal, protocol = 'udp', server = [], openvpn } = options;
  const names =
    options.clientNames ?? Array.from({ length: options.clients ?? 3 }, (_, index) => `client${index + 1}`);
  if (names.length > mostClients)
    throw new RangeError(`A lab has room for ${mostClients} clients, not for ${names.length}`);
  const lines = names.map((_, index) => options.client?.(index) ?? []);
  signal?.throwIfAborted();
  const privilege = labPrivilege(openvpn);
  if (privilege.type !== 'ready') throw new Error(privilege.reason);

  const lab = await openLab(protocol, server, openvpn);
  const abort = () => void lab.close();
  signal?.addEventListener('abort', abort);
  try {
    signal?.throwIfAborted();
    const clients = await allOrThrow(names.map((name, index) => lab.addClient(name, lines[index])));
    if (options.startServer !== false) await lab.server.start();
    if (options.startClients !== false) await allOrThrow(clients.map(client => client.start()));
    signal?.throwIfAborted();
    return lab;
  } catch (error) {
    await lab.close();
    // What fails after the abort fails because of it.
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
