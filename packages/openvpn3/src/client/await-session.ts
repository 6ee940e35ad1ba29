import { type Bus, createProxy } from '@ovpnkit/dbus';
import { SESSIONS, SESSIONS_PATH } from '../contract/names.ts';
import { SessionManager, SessionManagerEventType } from '../contract/sessions.ts';
import type { EventOptions } from './session-events.ts';
import { whenExported } from './when-exported.ts';

/**
 * The paths of the sessions of a configuration of this name: those that are there, else the one that comes next, however
 * long that takes.
 */
export async function awaitSession(
  bus: Bus,
  configurationName: string,
  { signal }: EventOptions = {},
): Promise<string[]> {
  const manager = createProxy(bus, SessionManager, { destination: SESSIONS, path: SESSIONS_PATH });
  let created = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => {});
  const abort = () => aborted.reject(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort);
  const events = await manager.on('SessionManagerEvent', ([, type]) => {
    if (type === SessionManagerEventType.CREATED) created.resolve();
  });
  try {
    for (;;) {
      created = Promise.withResolvers();
      const paths = await whenExported(() => manager.call('LookupConfigName', [configurationName]));
      if (paths.length > 0) return paths;
      await Promise.race([created.promise, aborted.promise]);
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    await events.close();
  }
}
