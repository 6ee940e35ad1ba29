import { blockLines, type Run } from './commands/answer.ts';
import { type ClientCommands, clientCommands } from './commands/client-commands.ts';
import { type DaemonCommands, daemonCommands } from './commands/daemon-commands.ts';
import {
  type DisconnectedClient,
  type DisconnectOptions,
  disconnectClients,
} from './commands/disconnect-clients.ts';
import { readStatus } from './commands/read-status.ts';
import { type ServerCommands, serverCommands } from './commands/server-commands.ts';
import { streamStatus } from './commands/status-stream.ts';
import { type ConnectionError, ParseError } from './errors.ts';
import type { Event, EventOf } from './events/event.ts';
import type { EventSource } from './events/event-source.ts';
import type { Link } from './link/link.ts';
import { command } from './protocol/command.ts';
import { type Conduct, conductOf } from './protocol/conduct.ts';
import { integer } from './protocol/encoder.ts';
import { replyShape } from './protocol/shape.ts';
import type { Status, StatusRow } from './protocol/status.ts';
import { parseVersion, type Version } from './protocol/version.ts';
import { takeSnapshot } from './snapshot.ts';

/**
 * A connection to the management interface of one OpenVPN daemon: its commands as methods, its notifications as
 * events. Every command rejects with CommandError when the daemon says `ERROR:`, EncodeError when it was refused
 * before sending, TimeoutError when no answer came in time, ParseError when the answer makes no sense, ConnectionError
 * when the connection is finished, and may be sent from inside an event handler.
 */
export type ManagementClient = DaemonCommands &
  ServerCommands &
  ClientCommands &
  Pick<EventSource, 'events' | 'on' | 'once'> & {
    /** `/run/openvpn/server.sock` or `localhost:7505`. */
    readonly address: string;
    readonly type: 'ip' | 'socket';
    /** Whether commands can be sent now: false between the events `down` and `up`, and at the end. */
    readonly connected: boolean;
    /** The management version of the daemon's greeting. */
    readonly management: number;
    /** What the daemon says of itself. Asked once, until {@link clearCache} or a reconnect. */
    version(): Promise<Version>;
    /** `OpenVPN 2.6.14 x86_64-pc-linux-gnu [SSL (OpenSSL)] …`. Cached as {@link version} is. */
    release(): Promise<string>;
    clearCache(): void;
    /**
     * Tells the daemon which version of the interface this program speaks; 1 if it never does. PK_SIGN needs 2, its
     * algorithm 3, questions for a user name alone 4. The daemon keeps it over reconnects. Up to OpenVPN 2.4 there is
     * one version, and this changes nothing.
     */
    announceVersion(version: number): Promise<void>;
    /**
     * Clients and routes of a server, or the counters of a client. Format 3 is the only one that no name can upset. A daemon
     * may lose the rest of it (see {@link Status}); then `complete` is false.
     */
    status(format?: 1 | 2 | 3): Promise<Status>;
    /**
     * The same row by row, in constant memory; the last row is a `cut` when the rest is lost. Nothing else is read while
     * the consumer is behind.
     */
    statusRows(format?: 1 | 2 | 3): AsyncGenerator<StatusRow, void>;
    /**
     * What is true now, in the form of the event that comes after each reconnection. Without a status when the daemon
     * gives none: it is held, or its answer did not come.
     */
    snapshot(): Promise<EventOf<'snapshot'>>;
    /**
     * Disconnects the one client that `target` means, which may be its common name, its user name, its real or virtual
     * address as printed, or `cid:7`. It is looked up in the status of this connection, becomes one CID, and resolves
     * with which client it was. Rejects with LookupError, before anybody is disconnected, when nobody or more than one
     * is meant (see `all`), or when the status is not complete, where a CID alone is enough.
     */
    disconnectClients(target: string, options?: DisconnectOptions): Promise<DisconnectedClient[]>;
    /** Closes the connection and ends every consumer. Resolves when it is done. */
    close(): Promise<void>;
    /** Resolves when the connection is finished for good: with the reason, or `undefined` after `close()`. */
    readonly closed: Promise<ConnectionError | undefined>;
    [Symbol.asyncDispose](): Promise<void>;
    /** All events from now on; the same as `events()`. */
    [Symbol.asyncIterator](): AsyncIterableIterator<Event, undefined>;
  };

/** Everything but the life of the connection: that is the link's. */
export function createClient(link: Link): ManagementClient {
  const run: Run = link.run;
  const management = (): number => link.connection().management;
  let version: Promise<Version> | undefined;
  let known: Version | undefined;

  const clearCache = (): void => {
    version = undefined;
    known = undefined;
  };
  const askVersion = async (): Promise<Version> => {
    const lines = blockLines('version', await run(command('version')));
    return parseVersion(lines) ?? Promise.reject(new ParseError('version', lines.join('; ')));
  };
  const cachedVersion = (): Promise<Version> => {
    const asked = version ?? askVersion();
    version = asked;
    asked.then(
      answer => {
        if (version === asked) known = answer;
      },
      () => {
        if (version === asked) version = undefined; // a failure is not worth keeping
      },
    );
    return asked;
  };

  const conduct = (): Conduct => conductOf(management(), known?.version);
  const longPasswords = (): boolean => conduct().longPasswords && (link.settings.version ?? 1) >= 5;

  const client: ManagementClient = {
    ...daemonCommands(run),
    ...serverCommands(run, management, conduct),
    ...clientCommands(run, link.questions, longPasswords),
    events: link.events.events,
    on: link.events.on,
    once: link.events.once,
    address: link.address,
    type: link.type,
    get connected() {
      return link.connected();
    },
    get management() {
      return management();
    },
    version: cachedVersion,
    release: async () => (await cachedVersion()).release,
    clearCache,
    async announceVersion(number) {
      const announce = command('version', integer('version', number, 1));
      const { versionAnswer } = conductOf(management(), (await cachedVersion()).version);
      const shape = replyShape(announce.words, versionAnswer === 'status') ?? [];
      await run({ ...announce, shape: versionAnswer === 'block' ? ['block'] : shape });
    },
    status: async (format = 3) => readStatus(run, format),
    disconnectClients: async (target, options) => disconnectClients(link.connection().send, target, options),
    async *statusRows(format = 3) {
      yield* streamStatus(link.connection(), format);
    },
    snapshot: () => takeSnapshot(client),
    close: link.close,
    closed: link.closed,
    [Symbol.asyncDispose]: link.close,
    [Symbol.asyncIterator]: () => link.events.events(),
  };
  return client;
}
