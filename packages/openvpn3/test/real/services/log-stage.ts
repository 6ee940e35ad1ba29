// A log service of the repository on a bus of the test's own, and those who talk to it.
import { equal, match, ok } from 'node:assert/strict';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Bus, ReceivedSignal, Variant } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import {
  BACKEND_SESSION_PATH,
  BACKENDS,
  backendName,
  LOG,
  LOG_PATH,
  LogCategory,
  type LogCategoryName,
  LogGroup,
  SESSIONS_PATH,
} from '@ovpnkit/openvpn3';
import { type Answer, ask, unwrap } from '../answer.ts';
import { type ServiceProcess, startService } from '../service-process.ts';
import { type SystemBus, startSystemBus } from '../system-bus.ts';

export const NOBODY = { uid: 65534, gid: 65534 };
export const DAEMON = { uid: 1, gid: 1 };
export const PROPERTIES = 'org.freedesktop.DBus.Properties';
export const ACCESS_DENIED = 'org.freedesktop.DBus.Error.AccessDenied';
export const SESSION = `${SESSIONS_PATH}/47b6d66cs1695s46dfsb01bs40dda3eb50f6`;
/** As GDBus++ names them. */
export const unmapped = (domain: string) => `org.gtk.GDBus.UnmappedGError.Quark._${domain}.Code36`;
export const LOG_ERROR = unmapped('net_2eopenvpn_2ev3_2elog_2eerror');
export const GDBUSPP = unmapped('net_2eopenvpn_2egdbuspp');

/** Of the log service. */
export const call = (from: Bus, member: string, signature = '', ...body: unknown[]): Promise<Answer> =>
  ask(from, { destination: LOG, path: LOG_PATH, interface: LOG, member, signature, body });

export const properties = (
  from: Bus,
  member: string,
  signature: string,
  ...body: unknown[]
): Promise<Answer> =>
  ask(from, {
    destination: LOG,
    path: LOG_PATH,
    interface: PROPERTIES,
    member,
    signature,
    body: [LOG, ...body],
  });

export const get = async (from: Bus, name: string): Promise<unknown> =>
  (unwrap(await properties(from, 'Get', 'ss', name))[0] as Variant).value;

export const set = (from: Bus, name: string, value: Variant): Promise<Answer> =>
  properties(from, 'Set', 'ssv', name, value);

/** Fails unless this is the answer. */
export const isRefused = (answer: Answer, error: string, message: string | RegExp): void => {
  ok('error' in answer, `it was allowed: ${JSON.stringify(answer)}`);
  equal(answer.error, error);
  if (typeof message === 'string') equal(answer.message, message);
  else match(answer.message, message);
};

/** The log service with its state in a folder of its user's, on a bus where it may own its name. */
export async function openLog(t: TestContext, { file, args = [] }: { file?: string; args?: string[] } = {}) {
  const bus = await startSystemBus(t);
  const folder = join(bus.folder, 'state');
  await mkdir(folder);
  await chown(folder, bus.user.uid, bus.user.gid);
  const path = join(folder, 'log-service.json');
  if (file !== undefined) await writeFile(path, file);
  const start = (more: { read?: false } = {}) =>
    startService(t, { bus, service: 'log', args: ['--state-dir', folder, ...args], ...more });
  return { bus, folder, path, start, root: await bus.connect() };
}

export const lines = (service: ServiceProcess): string[] => service.output().split('\n');
/** Resolves when the log has it. */
export const heard = (service: ServiceProcess, text: string) =>
  eventually(`the log has "${text}"`, () => service.output().includes(text));

/** A connection as the user openvpn that is what a backend is: owner of the name with its process id, and attached. */
export async function attachBackend(bus: SystemBus, session?: string) {
  const { bus: own, kill } = await bus.connectAs();
  const [pid] = unwrap(
    await ask(own, {
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'GetConnectionUnixProcessID',
      signature: 's',
      body: [own.uniqueName],
    }),
  );
  await own.requestName(backendName(Number(pid)));
  unwrap(await call(own, 'Attach', 's', BACKENDS));
  if (session !== undefined) unwrap(await call(own, 'AssignSession', 'os', session, BACKENDS));
  const say = (to: string, member: string, signature: string, ...body: unknown[]) =>
    own.signal({ path: BACKEND_SESSION_PATH, interface: BACKENDS, member, signature, body, to });
  return {
    own,
    pid: Number(pid),
    kill,
    log: (to: string, category: LogCategoryName, message: string) =>
      say(to, 'Log', 'uuss', LogGroup.CLIENT, LogCategory[category], 'the-token', message),
    status: (to: string, major: number, minor: number, message: string) =>
      say(to, 'StatusChange', 'uus', major, minor, message),
  };
}

/** What a user's connection hears of an interface. */
export async function listen(bus: Bus, iface: string): Promise<ReceivedSignal[]> {
  const signals: ReceivedSignal[] = [];
  await bus.subscribe({ interface: iface }, signal => void signals.push(signal));
  return signals;
}
