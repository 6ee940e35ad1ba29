// What the session manager lives among, for tests: stand-ins of the configuration manager, the log service and the
// starter, the last of which starts real backends.
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { DBusError, defineInterface, implement, type ObjectServer, type Variant } from '@ovpnkit/dbus';
import {
  BACKENDS,
  BACKENDS_PATH,
  CONFIGURATION,
  CONFIGURATION_PATH,
  glibError,
  LOG,
  LOG_PATH,
  SESSIONS,
  SESSIONS_PATH,
} from '@ovpnkit/openvpn3';
import { type BackendProcess, startBackendProcess } from '../backend-process.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';
import type { SystemBus } from '../system-bus.ts';

/** Who may be somebody to a session. A bus lets in users of the password file only: games, news and mail. */
export const uids = { root: 0, owner: 5, granted: 9, stranger: 8 } as const;
export type StagedConfiguration = {
  readonly name?: string;
  readonly owner?: number;
  readonly acl?: readonly number[];
  readonly publicAccess?: boolean;
  readonly transfersOwnership?: boolean;
  readonly singleUse?: boolean;
  readonly overrides?: ReadonlyMap<string, Variant>;
};

export type Starter = StandIn & {
  /** What StartClient does in place of starting a client. */
  refusal: 'refuse' | 'start nothing' | undefined;
  /** What it was called with. */
  readonly tokens: readonly string[];
  /** Starts a client by itself. */
  start(token: string, args?: readonly string[]): Promise<void>;
};

export async function startConfigurations(bus: SystemBus) {
  const fields = (settings: Required<StagedConfiguration>) => {
    const fixed = <T>(value: T) => ({ get: () => value });
    return {
      acl: fixed([...settings.acl]),
      dco: fixed(false),
      name: fixed(settings.name),
      overrides: fixed(new Map(settings.overrides)),
      owner: fixed(settings.owner),
      public_access: fixed(settings.publicAccess),
      transfer_owner_session: fixed(settings.transfersOwnership),
    };
  };
  const Manager = defineInterface({
    name: CONFIGURATION,
    signals: { ConfigurationManagerEvent: { args: ['o path', 'q type', 'u owner'] } },
    properties: { version: { type: 's', access: 'read' } },
  });
  const Configuration = defineInterface({
    name: CONFIGURATION,
    methods: { Fetch: { out: ['s config'] } },
    properties: {
      acl: { type: 'au', access: 'read' },
      dco: { type: 'b', access: 'read' },
      name: { type: 's', access: 'read' },
      overrides: { type: 'a{sv}', access: 'read' },
      owner: { type: 'u', access: 'read' },
      public_access: { type: 'b', access: 'read' },
      transfer_owner_session: { type: 'b', access: 'read' },
    },
  });
  const { server } = await startStandIn(bus, CONFIGURATION, {
    [CONFIGURATION_PATH]: implement(Manager, { properties: { version: { get: () => 'v27' } } }),
  });
  return (profile: string, options: StagedConfiguration = {}): string => {
    const settings = {
      name: 'profile',
      owner: uids.owner as number,
      acl: [],
      publicAccess: false,
      transfersOwnership: false,
      singleUse: false,
      overrides: new Map(),
      ...options,
    };
    const path = `${CONFIGURATION_PATH}/${randomUUID().replaceAll('-', 'x')}`;
    const methods = {
      Fetch() {
        if (!settings.singleUse) return profile;
        server.emit(CONFIGURATION_PATH, Manager, 'ConfigurationManagerEvent', [path, 2, settings.owner]);
        setImmediate(() => server.remove(path));
        return profile;
      },
    };
    server.export(path, implement(Configuration, { methods, properties: fields(settings) }));
    return path;
  };
}

export async function startLog(bus: SystemBus) {
  const forwards: string[] = [];
  const Log = defineInterface({
    name: LOG,
    methods: {
      Attach: { in: ['s interface'] },
      Detach: { in: ['s interface'] },
      AssignSession: { in: ['o session_path', 's interface'] },
      ProxyLogEvents: { in: ['s target_address', 'o session_path'], out: ['o proxy_path'] },
    },
  });
  const LogProxy = defineInterface({ name: LOG, methods: { Remove: {} } });
  let server: ObjectServer | undefined;
  const started = await startStandIn(bus, LOG, {
    [LOG_PATH]: implement(Log, {
      methods: {
        Attach() {},
        Detach() {},
        AssignSession() {},
        ProxyLogEvents([target]) {
          if (log.unassigned-- > 0) throw glibError('log', 'No session available');
          forwards.push(`ProxyLogEvents ${target}`);
          const path = `${LOG_PATH}/proxy/${randomUUID().replaceAll('-', 'l')}`;
          const Remove = () => {
            forwards.push(`Remove ${target}`);
            setImmediate(() => server?.remove(path));
          };
          server?.export(path, implement(LogProxy, { methods: { Remove } }));
          return path;
        },
      },
    }),
  });
  server = started.server;
  const statuses = started.standIn.signals.where(
    ({ interface: iface, path }) => iface === SESSIONS && path !== SESSIONS_PATH,
  );
  const log = { ...started.standIn, unassigned: 0 };
  return { standIn: log, statuses, forwards };
}

export async function startStarter(t: TestContext, bus: SystemBus, namespace: string) {
  const backends: BackendProcess[] = [];
  const tokens: string[] = [];
  const Starter = defineInterface({
    name: BACKENDS,
    methods: { StartClient: { in: ['s token'], out: ['u pid'] } },
  });
  const start = async (token: string, args: readonly string[] = []) =>
    void backends.push(await startBackendProcess(t, { bus, namespace, token, args }));
  const { standIn } = await startStandIn(bus, BACKENDS, {
    [BACKENDS_PATH]: implement(Starter, {
      methods: {
        async StartClient([token]) {
          tokens.push(token);
          if (starter.refusal === 'refuse') throw new DBusError('org.example.Refused', 'not now');
          if (starter.refusal === undefined) await start(token);
          return 4711;
        },
      },
    }),
  });
  const starter: Starter = { ...standIn, refusal: undefined, tokens, start };
  return { starter, backends };
}
