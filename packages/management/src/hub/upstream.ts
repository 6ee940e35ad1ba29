import type { ManagementClient } from '../client.ts';
import type { Connection } from '../connection/connection.ts';
import type { Link } from '../link/link.ts';
import { type Command, command } from '../protocol/command.ts';
import { integer } from '../protocol/encoder.ts';
import { isAtLeast } from '../protocol/version.ts';
import type { BodyFacts } from './body.ts';
import { hubVersion } from './signing-version.ts';
import type { Turns } from './turns.ts';

/** The one connection to the daemon, as the hub uses it. */
export type Upstream = BodyFacts & {
  readonly link: Link;
  readonly turns: Turns;
  /** Whether the daemon can be asked: not while the connection is being made or brought to where the last one was. */
  readonly ready: boolean;
  /** The same, but waits while it is only being brought there: whoever hears of a client by then may answer it. */
  available(): Promise<boolean>;
  /** For each new connection: learns what daemon this is, and gives it the settings that all sessions start from. */
  prepare(): Promise<void>;
  /** Sends a command for the hub itself; its reply is nobody's. False when the daemon did not take it. */
  run(what: Command, urgent?: boolean): Promise<boolean>;
  /** Whether the daemon knows `version n`, which older ones read as `version`. */
  readonly knowsVersions: boolean;
  /** Whether it answers that, for n of 4 and more. */
  readonly answersVersions: boolean;
  /** Announces a higher version than before. */
  raiseVersion(version: number): Promise<void>;
};

/** The management version of OpenVPN 2.5, where `version n` begins. */
const firstWithVersions = 3;

export function createUpstream(link: Link, client: ManagementClient, turns: Turns): Upstream {
  let prepared: Connection | undefined;
  let preparing = Promise.withResolvers<void>();
  let release = '';
  const management = (): number => (link.connected() ? link.connection().management : 0);
  const isRelease = (major: number, minor: number, patch: number) => isAtLeast(release, major, minor, patch);

  const direct = (what: Command): Promise<boolean> =>
    link.run(what).then(
      () => true,
      () => false,
    );

  const upstream: Upstream = {
    link,
    turns,
    get ready() {
      return link.connected() && link.connection() === prepared;
    },
    async available() {
      while (link.connected() && !upstream.ready)
        await Promise.race([preparing.promise, link.connection().closed]);
      return link.connected();
    },
    async prepare() {
      const connection = link.connection();
      // A replayed recording may not know the command.
      release = (await client.version().catch(() => undefined))?.version ?? '';
      // The daemon keeps both from whoever was connected before.
      if (upstream.knowsVersions && (link.settings.version ?? 0) < hubVersion)
        await upstream.raiseVersion(hubVersion);
      await direct(command('env-filter', integer('level', 0)));
      link.connection(); // throws when it was lost meanwhile
      prepared = connection;
      preparing.resolve();
      preparing = Promise.withResolvers();
    },
    run: (what, urgent = false) => turns.take(() => direct(what), urgent),
    get takesClientPf() {
      return release !== '' && !isRelease(2, 6, 0);
    },
    get takesLongPasswords() {
      return management() >= 6 && (link.settings.version ?? 1) >= 5;
    },
    get knowsVersions() {
      return management() >= firstWithVersions;
    },
    get answersVersions() {
      return isRelease(2, 7, 1);
    },
    async raiseVersion(version) {
      const announce = command('version', integer('version', version));
      await direct({ ...announce, shape: upstream.answersVersions && version >= 4 ? ['status'] : [] });
    },
  };
  return upstream;
}
