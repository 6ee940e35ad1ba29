// Everything that a backend VPN client process lives among, for one test. Tests run as root.
//
//   const bed = await openTestBed(t);                     // bus, stand-ins and an OpenVPN server; all end with the test
//   const backend = await bed.startBackend();             // starts the program; resolves when it has registered
//   const config = bed.configurations.register(await bed.server.profile('userpass'));
//   unwrap(await backend.confirm(config));                // RegistrationConfirmation in the dialect of the bed
//   await backend.answer({ username: 'alice', password: 'secret' });   // the user-input queue, by names of entries
//   unwrap(await backend.call('Connect'));                // { ok: […], ms } or { error, message, ms }; unwrap throws
//   await backend.waitForStatus('CONN_CONNECTED');        // the next one behind the last that was waited for
//   await backend.get('status');                          // the value; rejects with the DBusError
//   backend.signals.all; backend.logged.all;              // what the session manager, the log service got from it
//   await backend.exited;
//
// bed.bus (system-bus.ts): connect() as root, connectAs(user) as anybody. bed.sessions, bed.configurations, bed.log are
// stand-ins (session-manager.ts, configuration-manager.ts, log-service.ts), each in the name of the user openvpn, with
// freeze() and thaw() (nothing arrives: late, or never), release() and acquire() of the name, kill(). bed.resolver keeps
// the calls for systemd-resolved. bed.server (accounts-server.ts, users in accounts.ts): profile(kind), decisions,
// finishWebAuth(). After bed.sessions.kill(), startSessionManager(bed.bus, 'v27') is the next owner of the name; it has
// call(busName, member, args). bed.launch() is for programs that do not register. backend.facts() and
// backend.daemons() say what the kernel knows (process-facts.ts).
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { createNamespace, labPrivilege, runOrThrow } from '@ovpnkit/lab';
import {
  type AccountsServer,
  type AccountsServerOptions,
  atEnd,
  startAccountsServer,
} from '@ovpnkit/lab/testing';
import { SESSIONS_PATH } from '@ovpnkit/openvpn3';
import { type Backend, type Introduction, meetBackend } from './backend.ts';
import { type BackendProcess, type BackendProcessOptions, startBackendProcess } from './backend-process.ts';
import { type ConfigurationManager, startConfigurationManager } from './configuration-manager.ts';
import { type LogService, startLogService } from './log-service.ts';
import { type Resolver, startResolver } from './resolver.ts';
import { type SessionManager, startSessionManager } from './session-manager.ts';
import { type SystemBus, type SystemBusOptions, startSystemBus } from './system-bus.ts';

const privilege = labPrivilege();
/** Why there can be no test bed here. */
export const skip =
  privilege.type !== 'ready'
    ? privilege.reason
    : process.getuid?.() === 0
      ? false
      : 'only root can start programs as the user openvpn';

export type TestBedOptions = SystemBusOptions & {
  /** What the session manager announces itself as; 'v27' when absent, and `null` for no such property. */
  readonly version?: string | null;
  /** False for none: then backends run in empty networks. */
  readonly server?: AccountsServerOptions | false;
  /** False for none. */
  readonly log?: false;
  /** False for none. */
  readonly resolver?: false;
};

export type StartOptions = Partial<
  Pick<BackendProcessOptions, 'token' | 'args' | 'program' | 'temporary' | 'mayConfigureNetwork'>
> & {
  /** The client of the server whose network it runs in, by its index; the next one when absent. */
  readonly client?: number;
};

export type TestBed = {
  readonly bus: SystemBus;
  readonly sessions: SessionManager;
  readonly configurations: ConfigurationManager;
  /** Throws when there is none. */
  readonly log: LogService;
  /** Throws when there is none. */
  readonly resolver: Resolver;
  /** Throws when there is none. */
  readonly server: AccountsServer;
  /** Starts a backend, and resolves when it has registered with the session manager. */
  startBackend(options?: StartOptions): Promise<Backend>;
  /** Starts one that may not register, and resolves when its foreground process has ended. */
  launch(options?: StartOptions): Promise<BackendProcess>;
};

export async function openTestBed(t: TestContext, options: TestBedOptions = {}): Promise<TestBed> {
  const { version = 'v27' } = options;
  const bus = await startSystemBus(t, options);
  const [sessions, configurations, log, resolver, server] = await Promise.all([
    startSessionManager(bus, version),
    startConfigurationManager(bus),
    options.log === false ? undefined : startLogService(bus),
    options.resolver === false ? undefined : startResolver(bus),
    options.server === false ? undefined : startAccountsServer(t, options.server),
  ]);
  let clients = 0;

  async function networkFor(client: number | undefined): Promise<string> {
    if (server !== undefined) return server.namespace(client ?? clients++);
    const namespace = await createNamespace();
    atEnd(t, () => namespace.close());
    await runOrThrow(['nsenter', `--net=${namespace.path}`, 'ip', 'link', 'set', 'lo', 'up']);
    return namespace.path;
  }

  async function launch({ client, ...start }: StartOptions = {}): Promise<BackendProcess> {
    const namespace = await networkFor(client);
    return startBackendProcess(t, { bus, namespace, token: randomUUID(), ...start });
  }

  return {
    bus,
    sessions,
    configurations,
    get log() {
      return present(log, 'log service');
    },
    get resolver() {
      return present(resolver, 'resolver');
    },
    get server() {
      return present(server, 'server');
    },
    launch,
    async startBackend(start) {
      const process = await launch(start);
      const introduction: Introduction = {
        process,
        sessions,
        version,
        sessionPath: `${SESSIONS_PATH}/${process.token.replaceAll('-', 's')}`,
        ...(log === undefined ? {} : { log }),
      };
      return meetBackend(introduction);
    },
  };
}

function present<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new Error(`this test bed has no ${what}; do not switch it off`);
  return part;
}
