import type { ManagementClient } from '../client.ts';
import type { Connection } from '../connection/connection.ts';
import type { Link } from '../link/link.ts';
import { type Command, command } from '../protocol/command.ts';
import { type Conduct, conductOf } from '../protocol/conduct.ts';
import { integer } from '../protocol/encoder.ts';
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
  /** What the daemon does in its own way. Exact once it has been asked for its version, in {@link prepare}. */
  readonly conduct: Conduct;
  /** Announces a higher version than before. */
  raiseVersion(version: number): Promise<void>;
};

export function createUpstream(link: Link, client: ManagementClient, turns: Turns): Upstream {
  let prepared: Connection | undefined;
  let preparing = Promise.withResolvers<void>();
  let greeting = 0;
  let release: string | undefined;
  const conduct = (): Conduct => conductOf(greeting, release);

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
      greeting = connection.management;
      release = (await client.version().catch(() => undefined))?.version;
      // The daemon keeps both from whoever was connected before.
      if (conduct().versionAnswer !== 'block' && (link.settings.version ?? 0) < hubVersion)
        await upstream.raiseVersion(hubVersion);
      await direct(command('env-filter', integer('level', 0)));
      link.connection(); // throws when it was lost meanwhile
      prepared = connection;
      preparing.resolve();
      preparing = Promise.withResolvers();
    },
    run: (what, urgent = false) => turns.take(() => direct(what), urgent),
    get takesClientPf() {
      return conduct().clientPf;
    },
    get takesLongPasswords() {
      return conduct().longPasswords && (link.settings.version ?? 1) >= 5;
    },
    get conduct() {
      return conduct();
    },
    async raiseVersion(version) {
      const announce = command('version', integer('version', version));
      const answers = conduct().versionAnswer === 'status' && version >= 4;
      await direct({ ...announce, shape: answers ? ['status'] : [] });
    },
  };
  return upstream;
}
