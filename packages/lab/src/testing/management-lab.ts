// A lab or a lone daemon for one test, and management clients for its daemons; all of it goes when the test ends.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { type ConnectOptions, connect, type ManagementClient, type State } from '@ovpnkit/management';
import { createLab, type LabOptions } from '../create-lab.ts';
import { type Daemon, startDaemon } from '../daemon/daemon.ts';
import type { Lab, LabDaemon } from '../lab.ts';
import { labPrivilege } from '../privilege.ts';
import { type EventRecord, recordEvents } from './event-record.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { eventually } from './waiting.ts';

const privilege = labPrivilege();
/** For tests that need a lab: why there can be none here. */
export const skip = privilege.type === 'ready' ? false : privilege.reason;

/** For tests of a lone daemon, which need no privileges. */
export const skipDaemon = process.platform === 'linux' ? false : 'the lab runs daemons on Linux only';

/** A management client with a record of its events from the first on. */
export type Attached = ManagementClient & { readonly seen: EventRecord };

type Options = Partial<Omit<ConnectOptions, 'path' | 'host' | 'port' | 'listen'>>;

export type TestLab = Lab & {
  /** One of the clients, counted from 0. */
  client(index: number): LabDaemon;
  /** Connects to a daemon that listens on its socket. */
  attach(daemon: Daemon, options?: Options): Promise<Attached>;
  /** Attaches to a client that waits in hold, and lets it go with `state on`, after `prepare`. */
  release(index: number, prepare?: (client: Attached) => unknown): Promise<Attached>;
  /** Resolves when so many pings of `size` bytes in a row came back through the tunnel of a client. */
  carries(index: number, count?: number, size?: number): Promise<void>;
};

/** Who authorises by the management interface; certificates alone are enough. */
export const authServer = ['management-client-auth', 'auth-user-pass-optional'];

/** A client that waits until `release`, and asks its management client for what its user has to give. */
export const heldClient = ['management-hold', 'management-query-passwords'];

/** The same with a user name and a password. */
export const userClient = [...heldClient, 'auth-user-pass'];

/** Makes a lab whose management clients are closed before it. */
export async function openLab(t: TestContext, options: LabOptions = {}): Promise<TestLab> {
  const lab = await createLab({ clients: 1, ...options });
  const clients: ManagementClient[] = [];
  t.after(async () => {
    await Promise.all(clients.map(client => client.close()));
    await lab.close();
  });
  const client = (index: number): LabDaemon => {
    const daemon = lab.clients[index];
    if (!daemon) throw new RangeError(`the lab has no client ${index}`);
    return daemon;
  };
  const attach = async (daemon: Daemon, connectOptions: Options = {}): Promise<Attached> => {
    const management = await connect({ path: daemon.socket, ...connectOptions });
    clients.push(management);
    return Object.assign(management, { seen: recordEvents(management) });
  };
  return Object.assign(lab, {
    client,
    attach,
    async release(index: number, prepare?: (client: Attached) => unknown) {
      const management = await attach(client(index));
      await prepare?.(management);
      await management.state('on');
      await management.hold('release');
      return management;
    },
    async carries(index: number, count = 1, size = 56) {
      const { name } = client(index);
      await eventually(`${count} pings of ${name} are answered`, async () => {
        return (await lab.ping(client(index), count, size)) === count;
      });
    },
  });
}

/** Resolves with the state when the tunnel of this client works. */
export const established = (client: Attached): Promise<State> =>
  client.seen.next('STATE', state => state.name === 'CONNECTED');

/** Starts a daemon without a tunnel in a directory of its own. */
export async function openDaemon(
  t: TestContext,
  lines: readonly string[],
  directory?: string,
): Promise<Daemon> {
  const place = directory ?? temporaryFolder(t);
  const daemon = await startDaemon({ directory: place, name: 'daemon', lines });
  t.after(() => daemon.stop('SIGKILL'));
  return daemon;
}

/** Connects, and closes when the test ends; a wait for a daemon that dials in ends with the test as well. */
export function open(t: TestContext, options: ConnectOptions): Promise<Attached> {
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, ...(options.signal ? [options.signal] : [])]);
  const opened = connect({ ...options, signal }).then(client => {
    t.after(() => client.close());
    return Object.assign(client, { seen: recordEvents(client) });
  });
  t.after(() => ending.abort());
  opened.catch(() => {}); // a test that has failed before awaits it no longer
  return opened;
}

/** A TCP port of this host that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  server.close();
  await once(server, 'close');
  return address.port;
}
