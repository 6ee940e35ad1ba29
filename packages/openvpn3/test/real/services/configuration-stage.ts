// The configuration manager as a process on a real bus, with the policy that it is installed with, and how to call it.
import { deepEqual, ok } from 'node:assert/strict';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Bus, Variant } from '@ovpnkit/dbus';
import { backendName, CONFIGURATION, CONFIGURATION_PATH } from '@ovpnkit/openvpn3';
import { type Answer, ask, unwrap } from '../answer.ts';
import { type LogService, startLogService } from '../log-service.ts';
import { type ServiceProcess, startService } from '../service-process.ts';
import { createSignalRecord, type SignalRecord } from '../signal-record.ts';
import { type SystemBus, startSystemBus } from '../system-bus.ts';

export const GAMES = { uid: 5, gid: 60 };
export const NEWS = { uid: 9, gid: 13 };
export const NOBODY = { uid: 65534, gid: 65534 };
const PROPERTIES = 'org.freedesktop.DBus.Properties';
export const ACCESS_DENIED = 'org.freedesktop.DBus.Error.AccessDenied';
export const REFUSED = 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp.Code36';
export const PROFILE =
  'client\ndev tun\nremote h1 1 udp\nremote h2 2 tcp\nsetenv UV_A b\nsetenv UV_C d\n<ca>\nx\n</ca>\n\npush-peer-info\n';

export const call = (
  from: Bus,
  path: string,
  member: string,
  signature = '',
  ...body: unknown[]
): Promise<Answer> =>
  ask(from, { destination: CONFIGURATION, path, interface: CONFIGURATION, member, signature, body });

export const properties = (from: Bus, path: string, member: string, signature: string, ...body: unknown[]) =>
  ask(from, {
    destination: CONFIGURATION,
    path,
    interface: PROPERTIES,
    member,
    signature,
    body: [CONFIGURATION, ...body],
  });

export const getAll = async (from: Bus, path: string): Promise<Record<string, unknown>> => {
  const [all] = unwrap(await properties(from, path, 'GetAll', 's'));
  return Object.fromEntries([...(all as Map<string, Variant>)].map(([key, { value }]) => [key, value]));
};

export const set = (from: Bus, path: string, name: string, value: Variant) =>
  properties(from, path, 'Set', 'ssv', name, value);

export const isRefused = (answer: Answer, error: string, message: string): void => {
  ok('error' in answer, 'it was allowed');
  deepEqual([answer.error, answer.message], [error, message]);
};

/** What everybody on the bus gets, and a connection of its own gets it. */
async function listen(bus: SystemBus): Promise<SignalRecord> {
  const signals = createSignalRecord();
  const listener = await bus.connect();
  await listener.subscribe(
    { sender: CONFIGURATION },
    ({ sender = '', path, interface: iface = '', member, body }) =>
      signals.add({ at: performance.now(), sender, path, interface: iface, member, args: body }),
  );
  return signals;
}

export type Stage = {
  readonly bus: SystemBus;
  readonly log: LogService;
  readonly folder: string;
  readonly signals: SignalRecord;
  readonly games: Bus;
  readonly service: ServiceProcess;
  start(): Promise<ServiceProcess>;
  /** Imports as games, and gives the path. */
  importAs(
    name: string,
    options?: { singleUse?: boolean; persistent?: boolean; profile?: string },
  ): Promise<string>;
};

/** `prepare` fills the folder of the service before that is started. */
export async function openStage(t: TestContext, prepare?: (folder: string) => Promise<void>): Promise<Stage> {
  const bus = await startSystemBus(t);
  const log = await startLogService(bus);
  const folder = join(bus.folder, 'configs');
  await mkdir(folder, { mode: 0o750 });
  await prepare?.(folder);
  await chown(folder, bus.user.uid, bus.user.gid);
  const signals = await listen(bus);
  const start = () =>
    startService(t, {
      bus,
      service: 'configuration-manager',
      args: ['--state-dir', folder, '--log-file', 'stdout:'],
    });
  const [service, { bus: games }] = await Promise.all([start(), bus.connectAs(GAMES)]);
  return {
    bus,
    log,
    folder,
    signals,
    games,
    service,
    start,
    async importAs(name, { singleUse = false, persistent = false, profile = PROFILE } = {}) {
      const answer = await call(
        games,
        CONFIGURATION_PATH,
        'Import',
        'ssbb',
        name,
        profile,
        singleUse,
        persistent,
      );
      return String(unwrap(answer)[0]);
    },
  };
}

/** A connection as a backend has it: of the services' user, with the name that says its process. */
export async function connectBackend({ bus }: Stage): Promise<Bus> {
  const { bus: backend } = await bus.connectAs();
  const { body } = await backend.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'GetConnectionUnixProcessID',
    signature: 's',
    body: [backend.uniqueName],
  });
  await backend.requestName(backendName(Number(body[0])));
  return backend;
}
