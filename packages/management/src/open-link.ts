import { createClient, type ManagementClient } from './client.ts';
import { formatEndpoint, isListening, type Target } from './connection/address.ts';
import { type Connection, openConnection } from './connection/connection.ts';
import { dial } from './connection/dial.ts';
import { describeHolder, findHolder } from './connection/holder.ts';
import { listen } from './connection/listen.ts';
import { ConnectionError } from './errors.ts';
import type { Event } from './events/event.ts';
import { createLink, type Link, type ReconnectOptions } from './link/link.ts';
import { readPasswordFile } from './password-file.ts';
import { refuseControl } from './protocol/encoder.ts';
import { Secret } from './protocol/secret.ts';
import { takeSnapshot } from './snapshot.ts';

export type ConnectOptions = Target & {
  /** The management password, or the file that holds it in its first line. */
  password?: Secret | string | { file: string };
  /** Stay with the daemon: after it or the way to it is gone, connect again and restore what was switched on. */
  reconnect?: boolean | ReconnectOptions;
  /** Ends the attempt to connect, and later the connection. */
  signal?: AbortSignal;
  /** How long a connected daemon may stay silent before it counts as `busy`. 10 s by default. */
  greetingTimeoutMs?: number;
  /** The deadline of each command. 30 s by default: DNS and TCP phases block the daemon. */
  commandTimeoutMs?: number;
  /** How many commands may wait for those before them. 1,000 by default. */
  maxQueuedCommands?: number;
  /** How many events are kept until the first consumer comes. 10,000 by default. */
  eventCapacity?: number;
  /** Allows `pkcs11IdCount` and `pkcs11IdGet` at any time. They end a daemon that has no PKCS#11 provider. */
  pkcs11?: boolean;
  /** Sees every chunk as it crosses the socket, secrets included: `S` from the daemon, `C` to it. */
  onBytes?: (direction: 'S' | 'C', chunk: Uint8Array) => void;
};

/** The way to a daemon, with the commands that go over it. */
export type OpenLink = { readonly link: Link; readonly client: ManagementClient };

/** Sees what comes before it is made into events. With it, snapshots have no status, which may be large. */
export type Tap = {
  /** A new connection, in the same turn as its greeting. */
  onGreeting(connection: Connection): void;
  /** Every line that is no part of a reply, as it came. */
  onLine(line: string): void;
};

/** Opens the way to a daemon; rejects as `connect` does. */
export async function openLink(options: ConnectOptions, tap?: Tap): Promise<OpenLink> {
  const endpoint = isListening(options) ? options.listen : options;
  const address = formatEndpoint(endpoint);
  const password = readPassword(options.password, address);
  options.signal?.throwIfAborted();
  const listener = isListening(options) ? await listen(endpoint) : undefined;
  const link = createLink({
    address,
    type: 'path' in endpoint ? 'socket' : 'ip',
    reconnect: options.reconnect === true ? {} : options.reconnect || undefined,
    pkcs11: options.pkcs11 ?? false,
    eventCapacity: options.eventCapacity ?? 10_000,
    async open(signal, handlers) {
      const socket = await (listener ? listener.accept(signal) : dial(endpoint, signal));
      const {
        greetingTimeoutMs = 10_000,
        commandTimeoutMs: timeoutMs = 30_000,
        maxQueuedCommands = 1000,
      } = options;
      const limits = { greetingTimeoutMs, timeoutMs, maxQueued: maxQueuedCommands };
      const onGreeting = (connection: Connection): void => {
        client.clearCache(); // it is of the daemon before
        tap?.onGreeting(connection);
        handlers.onGreeting(connection);
      };
      const explainSilence = async (): Promise<string> => describeHolder(await findHolder(endpoint));
      const hooks = {
        ...handlers,
        explainSilence,
        onGreeting,
        onLine: tap?.onLine,
        onBytes: options.onBytes,
      };
      return openConnection(socket, { ...hooks, ...limits, address, password, signal });
    },
    release() {
      listener?.close();
      options.signal?.removeEventListener('abort', abort);
    },
  });
  const abort = (): void => void link.close();
  const client = createClient(link);
  try {
    await link.start(options.signal, () => restore(link, client, tap === undefined));
  } catch (error) {
    listener?.close();
    throw error;
  }
  options.signal?.addEventListener('abort', abort, { once: true });
  return { link, client };
}

/** Brings a new connection to where the last one was, and tells what is true now. */
async function restore(link: Link, client: ManagementClient, withStatus: boolean): Promise<Event> {
  const { version } = link.settings;
  if (version !== undefined) await client.announceVersion(version);
  for (const command of link.settings.restore()) await link.run(command);
  return takeSnapshot(client, withStatus);
}

function readPassword(password: ConnectOptions['password'], address: string): Secret | undefined {
  if (password === undefined) return undefined;
  const secret =
    typeof password === 'string'
      ? new Secret(password)
      : password instanceof Secret
        ? password
        : readFile(password.file, address);
  refuseControl('password', secret.reveal());
  return secret;
}

function readFile(file: string, address: string): Secret {
  try {
    return readPasswordFile(file);
  } catch (cause) {
    throw new ConnectionError('password', address, cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}
