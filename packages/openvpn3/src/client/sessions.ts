import { type Bus, createProxy } from '@ovpnkit/dbus';
import { SESSIONS, SESSIONS_PATH } from '../contract/names.ts';
import { SessionManager } from '../contract/sessions.ts';
import { awaitSession } from './await-session.ts';
import type { Configuration } from './configuration.ts';
import { createLogForwards } from './log-forwards.ts';
import { createSession, type Session } from './session.ts';
import type { EventOptions } from './session-events.ts';
import { type StartOptions, startSession } from './session-start.ts';
import { whenExported } from './when-exported.ts';

/** The session manager, as far as this user may see. */
export type Sessions = {
  /**
   * Starts a backend for a configuration, and resolves when its session is there, not yet connected. Rejects with a
   * DBusError when the session manager refuses, and a SessionStartError when the session does not begin.
   */
  start(configuration: Pick<Configuration, 'path'>, options?: StartOptions): Promise<Session>;
  list(): Promise<Session[]>;
  /** Those that were started with a configuration of this name. */
  find(configurationName: string): Promise<Session[]>;
  /** The same, and when there is none, the one that comes next, however long that takes. */
  awaitNext(configurationName: string, options?: EventOptions): Promise<Session[]>;
  /** The one with this network device. Rejects with a DBusError when there is none. */
  onDevice(name: string): Promise<Session>;
  /** The session at this path. Nothing is asked: whether there is one shows when it is used. */
  at(path: string): Session;
};

export function sessions(bus: Bus): Sessions {
  const manager = createProxy(bus, SessionManager, { destination: SESSIONS, path: SESSIONS_PATH });
  const forwards = createLogForwards();
  const at = (path: string) => createSession(bus, path, forwards);
  return {
    at,
    start: async ({ path }, options) => at(await startSession(bus, path, options)),
    list: async () => (await whenExported(() => manager.call('FetchAvailableSessions', []))).map(at),
    find: async name => (await whenExported(() => manager.call('LookupConfigName', [name]))).map(at),
    awaitNext: async (name, options) => (await awaitSession(bus, name, options)).map(at),
    onDevice: async name => at(await whenExported(() => manager.call('LookupInterface', [name]))),
  };
}
