// The session manager with everything around it: real backends and a real server; stand-ins of the configuration
// manager, the starter and the log service, which do what a test wants.
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Bus, MethodCall, Variant } from '@ovpnkit/dbus';
import { type AccountsServer, type AccountsServerOptions, startAccountsServer } from '@ovpnkit/lab/testing';
import { SESSIONS, SESSIONS_PATH } from '@ovpnkit/openvpn3';
import { type Answer, ask, unwrap } from '../answer.ts';
import type { BackendProcess } from '../backend-process.ts';
import { type ServiceProcess, startService } from '../service-process.ts';
import { createSignalRecord, type SignalRecord } from '../signal-record.ts';
import type { StandIn } from '../stand-in.ts';
import { type SystemBus, startSystemBus } from '../system-bus.ts';
import {
  type StagedConfiguration,
  type Starter,
  startConfigurations,
  startLog,
  startStarter,
  uids,
} from './sessions-stand-ins.ts';

export { uids };

export type Person = keyof typeof uids | 'openvpn';

export type Stage = {
  readonly bus: SystemBus;
  readonly server: AccountsServer;
  readonly people: Readonly<Record<Person, Bus>>;
  /** So many calls of ProxyLogEvents to come find that no backend has assigned the session yet. */
  readonly log: StandIn & { unassigned: number };
  /** `ProxyLogEvents TARGET`, `Remove TARGET`, in order. */
  readonly forwards: readonly string[];
  /** What a stranger hears: broadcasts. */
  readonly heard: SignalRecord;
  /** What StartClient has started so far. */
  readonly backends: readonly BackendProcess[];
  readonly starter: Starter;
  readonly stateFolder: string;
  /** The running session manager, which `restart` replaces. */
  readonly manager: ServiceProcess;
  restart(signal?: NodeJS.Signals): Promise<void>;
  configure(profile: string, options?: StagedConfiguration): string;
  /** A method of the main object, or of a session. */
  call(who: Person, path: string, member: string, signature?: string, ...body: unknown[]): Promise<Answer>;
  get(who: Person, path: string, property: string): Promise<Answer>;
  getAll(who: Person, path: string): Promise<ReadonlyMap<string, unknown>>;
  /** The same, whatever the answer is. */
  getAllAnswer(who: Person, path: string): Promise<Answer>;
  set(who: Person, path: string, property: string, value: Variant): Promise<Answer>;
  /** The value of a property, as root sees it. */
  value(path: string, property: string): Promise<unknown>;
  /** Starts a session, and resolves with its path when it has registered. */
  open(configuration: string, who?: Person): Promise<string>;
  /** The next StatusChange of a session that the log service gets. */
  status(minor: number): Promise<readonly unknown[]>;
};

export async function openStage(t: TestContext, options: AccountsServerOptions = {}): Promise<Stage> {
  const bus = await startSystemBus(t);
  const stateFolder = join(bus.folder, 'state');
  await mkdir(stateFolder);
  await chown(stateFolder, bus.user.uid, bus.user.gid);
  const [server, configurations, log] = await Promise.all([
    startAccountsServer(t, options),
    startConfigurations(bus),
    startLog(bus),
  ]);
  const starter = await startStarter(t, bus, server.namespace(0));
  const connect = async (uid: number) =>
    uid === 0 ? bus.connect() : (await bus.connectAs({ uid, gid: uid })).bus;
  const people = {
    root: await connect(uids.root),
    owner: await connect(uids.owner),
    granted: await connect(uids.granted),
    stranger: await connect(uids.stranger),
    openvpn: (await bus.connectAs()).bus,
  };
  const heard = createSignalRecord();
  await people.stranger.subscribe({}, ({ sender = '', path, interface: iface = '', member, body }) =>
    heard.add({ at: performance.now(), sender, path, interface: iface, member, args: body }),
  );
  const start = () =>
    startService(t, { bus, service: 'session-manager', args: ['--state-dir', stateFolder] });
  let manager = await start();

  const PROPERTIES = 'org.freedesktop.DBus.Properties';
  const send = (
    who: Person,
    path: string,
    iface: string,
    member: string,
    signature: string,
    body: unknown[],
  ) => {
    const call: MethodCall = { destination: SESSIONS, path, interface: iface, member, signature, body };
    return ask(people[who], call, { timeoutMs: 20_000 });
  };
  const get = (who: Person, path: string, property: string) =>
    send(who, path, PROPERTIES, 'Get', 'ss', [SESSIONS, property]);
  const getAll = (who: Person, path: string) => send(who, path, PROPERTIES, 'GetAll', 's', [SESSIONS]);

  return {
    bus,
    server,
    people,
    log: log.standIn,
    forwards: log.forwards,
    heard,
    backends: starter.backends,
    starter: starter.starter,
    stateFolder,
    get manager() {
      return manager;
    },
    async restart(signal = 'SIGTERM') {
      manager.kill(signal);
      await manager.exited;
      manager = await start();
    },
    configure: configurations,
    call: (who, path, member, signature = '', ...body) => send(who, path, SESSIONS, member, signature, body),
    get,
    getAllAnswer: getAll,
    async getAll(who, path) {
      const [all] = unwrap(await getAll(who, path));
      return new Map([...(all as Map<string, Variant>)].map(([name, { value }]) => [name, value]));
    },
    set: (who, path, property, value) =>
      send(who, path, PROPERTIES, 'Set', 'ssv', [SESSIONS, property, value]),
    async value(path, property) {
      return (unwrap(await get('root', path, property))[0] as Variant).value;
    },
    async open(configuration, who = 'owner') {
      const [path] = unwrap(await send(who, SESSIONS_PATH, SESSIONS, 'NewTunnel', 'o', [configuration])) as [
        string,
      ];
      await heard.next('SessionManagerEvent', ([of, type]) => of === path && type === 1);
      return path;
    },
    async status(minor) {
      const own = log.statuses;
      return (await own.next('StatusChange', args => args[1] === minor)).args;
    },
  };
}
