// OpenVPN 3 as it is installed: the files of an installation in a folder, and a bus that starts the services from there
// when somebody calls them. What stands for the root folder of the system is the only thing that is changed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Bus, DBusError } from '@ovpnkit/dbus';
import {
  type AccountsServer,
  type AccountsServerOptions,
  atEnd,
  eventually,
  isRunning,
  type ProcessFacts,
  processesIn,
  processFacts,
  startAccountsServer,
} from '@ovpnkit/lab/testing';
import {
  BACKENDS,
  CONFIGURATION,
  CONFIGURATION_PATH,
  LOG,
  NETCFG,
  SESSIONS,
  SESSIONS_PATH,
} from '@ovpnkit/openvpn3';
import { type Answer, ask, unwrap } from '../answer.ts';
import { createSignalRecord, type SignalRecord } from '../signal-record.ts';
import { type SystemBus, startSystemBus } from '../system-bus.ts';
import { activateInstallation, complaintsFile } from './activation.ts';
import { writeInstallation } from './write-installation.ts';

/** A bus lets in users of the password file only. */
export const users = {
  root: { uid: 0, gid: 0 },
  games: { uid: 5, gid: 60 },
  news: { uid: 9, gid: 13 },
  nobody: { uid: 65534, gid: 65534 },
} as const;
export type Person = keyof typeof users;

export const services = {
  log: LOG,
  configuration: CONFIGURATION,
  starter: BACKENDS,
  sessions: SESSIONS,
  netcfg: NETCFG,
};
export type Service = keyof typeof services;
export const serviceNames = Object.keys(services) as readonly Service[];

export type Stack = {
  readonly bus: SystemBus;
  readonly server: AccountsServer;
  /** What was installed is below it. */
  readonly prefix: string;
  readonly people: Readonly<Record<Person, Bus>>;
  /** What games hears: broadcasts, and what is sent to it. */
  readonly heard: SignalRecord;
  /** `undefined` when it does not run; it is not started. */
  pidOf(service: Service): Promise<number | undefined>;
  /** Has the bus start it, and gives its process. */
  start(service: Service): Promise<number>;
  /** Kills it, if it runs; resolves when the bus knows. */
  kill(service: Service): Promise<void>;
  /** A method of the interface that has the service's name. */
  call(
    who: Person,
    service: Service,
    path: string,
    member: string,
    signature?: string,
    ...body: unknown[]
  ): Promise<Answer>;
  /** Gives the path. */
  importProfile(
    who: Person,
    profile: string,
    options?: { persistent?: boolean; name?: string },
  ): Promise<string>;
  newTunnel(who: Person, configuration: string): Promise<Answer>;
  /** The value of a property of a session. */
  value(who: Person, session: string, property: string): Promise<unknown>;
  sessions(who: Person): Promise<readonly string[]>;
  /** The backends, and the one that is kept ready; the openvpn daemons. In all networks of the stack. */
  backends(): readonly ProcessFacts[];
  daemons(): readonly ProcessFacts[];
  /** The bus names of the backends that have a session, or want one. */
  backendNames(): Promise<readonly string[]>;
  /** What the services, and the backends, have printed: something that none of them expected. */
  complaints(): string;
};

const PATIENCE_MS = 30_000;

export type StackOptions = AccountsServerOptions & {
  /** Installs it below this folder; the files alone are written when absent. */
  readonly install?: (prefix: string) => Promise<void>;
};

/** Installs everything, and starts nothing but the bus and an OpenVPN server. Everything ends with the test. */
export async function openStack(t: TestContext, options: StackOptions = {}): Promise<Stack> {
  const bus = await startSystemBus(t);
  const server = await startAccountsServer(t, options);
  const namespace = server.namespace(0);
  const prefix = join(bus.folder, 'root');
  await (options.install ?? (folder => writeInstallation(folder, bus.user)))(prefix);
  await activateInstallation(bus, prefix, namespace);
  const root = await bus.connect();
  await root.call({ ...daemon, member: 'ReloadConfig' });

  const own = (): ProcessFacts[] =>
    processesIn(namespace, bus.user.uid)
      .filter(isRunning)
      .flatMap(pid => {
        try {
          return [processFacts(pid)];
        } catch {
          return []; // it ended while it was looked at
        }
      });

  async function pidOf(service: Service): Promise<number | undefined> {
    const answer = await ask(root, {
      ...daemon,
      member: 'GetConnectionUnixProcessID',
      ...one(services[service]),
    });
    return 'ok' in answer ? Number(answer.ok[0]) : undefined;
  }

  async function kill(service: Service): Promise<void> {
    const pid = await pidOf(service);
    if (pid === undefined) return;
    send(pid);
    await eventually(`${service} is gone`, async () => (await pidOf(service)) !== pid && !isRunning(pid));
  }

  atEnd(t, async () => {
    await Promise.all(serviceNames.map(kill));
    await eventually('nothing runs any more', () => {
      const left = own();
      for (const { pid } of left) send(pid);
      return left.length === 0;
    });
  });

  const people = { root } as Record<Person, Bus>;
  for (const name of ['games', 'news', 'nobody'] as const)
    people[name] = (await bus.connectAs(users[name])).bus;
  const heard = createSignalRecord();
  await people.games.subscribe({}, ({ sender = '', path, interface: iface = '', member, body }) => {
    if (path !== daemon.path)
      heard.add({ at: performance.now(), sender, path, interface: iface, member, args: body });
  });

  const call: Stack['call'] = (who, service, path, member, signature = '', ...body) => {
    const name = services[service];
    return ask(people[who], { destination: name, path, interface: name, member, signature, body }, patience);
  };

  return {
    bus,
    server,
    prefix,
    people,
    heard,
    pidOf,
    kill,
    call,
    async start(service) {
      unwrap(
        await ask(root, {
          ...daemon,
          member: 'StartServiceByName',
          signature: 'su',
          body: [services[service], 0],
        }),
      );
      return (await pidOf(service)) ?? 0;
    },
    async importProfile(who, profile, { persistent = false, name = 'profile' } = {}) {
      const body = [name, profile, false, persistent];
      return String(
        unwrap(await call(who, 'configuration', CONFIGURATION_PATH, 'Import', 'ssbb', ...body))[0],
      );
    },
    newTunnel: (who, configuration) => call(who, 'sessions', SESSIONS_PATH, 'NewTunnel', 'o', configuration),
    async value(who, session, property) {
      const got = await ask(
        people[who],
        {
          destination: SESSIONS,
          path: session,
          interface: 'org.freedesktop.DBus.Properties',
          member: 'Get',
          signature: 'ss',
          body: [SESSIONS, property],
        },
        patience,
      );
      return (unwrap(got)[0] as { readonly value: unknown }).value;
    },
    async sessions(who) {
      return unwrap(await call(who, 'sessions', SESSIONS_PATH, 'FetchAvailableSessions'))[0] as string[];
    },
    backends: () =>
      own().filter(({ commandLine }) => commandLine.some(word => word.includes('service-client'))),
    daemons: () => own().filter(({ commandLine: [name = ''] }) => /(^|\/)openvpn$/.test(name)),
    complaints: () => readFileSync(complaintsFile(bus), 'utf8'),
    async backendNames() {
      const names = unwrap(await ask(root, { ...daemon, member: 'ListNames' }))[0] as string[];
      return names.filter(name => name.startsWith(`${BACKENDS}.be`));
    },
  };
}

/** Waits until a session has this status, as root sees it. */
export const whenStatus = (stack: Stack, session: string, minor: number): Promise<true> =>
  eventually(`${session} has the status ${minor}`, async () => {
    const status = (await stack.value('root', session, 'status').catch((error: unknown) => {
      if (error instanceof DBusError) return [];
      throw error;
    })) as readonly unknown[];
    return status[1] === minor;
  }) as Promise<true>;

/** Resolves with the process that the starter, which runs, keeps ready. */
export const warmClient = (stack: Stack): Promise<number> =>
  eventually('a backend is ready', () => {
    return stack.backends().find(({ commandLine }) => commandLine.at(-1) === '--warm')?.pid;
  });

/** Starts a session, and resolves with its path when its backend has registered. */
export async function openSession(stack: Stack, configuration: string, who: Person): Promise<string> {
  const session = String(unwrap(await stack.newTunnel(who, configuration))[0]);
  await eventually(`${session} has registered`, () =>
    stack.heard.all.some(
      ({ member, args: [path, type] }) => member === 'SessionManagerEvent' && path === session && type === 1,
    ),
  );
  return session;
}

/** Starts a session of games', and resolves with its path when it is connected. */
export async function connectTunnel(stack: Stack, configuration: string): Promise<string> {
  const session = await openSession(stack, configuration, 'games');
  await connectSession(stack, session);
  return session;
}

/** Resolves when the session of games' is connected. */
export async function connectSession(stack: Stack, session: string): Promise<void> {
  unwrap(await stack.call('games', 'sessions', session, 'Connect'));
  await whenStatus(stack, session, 7);
}

/** Resolves with the object of a session's device when the network configuration service has one. */
export const whenDevice = (stack: Stack, session: string): Promise<string> =>
  eventually(`${session} has a device`, async () => {
    const path = String(await stack.value('root', session, 'device_path'));
    return path === '/' ? undefined : path;
  });

const daemon = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;
const one = (name: string) => ({ signature: 's', body: [name] });
const patience = { timeoutMs: PATIENCE_MS };

function send(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
