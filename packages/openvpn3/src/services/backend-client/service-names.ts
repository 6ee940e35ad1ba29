import type { Bus } from '@ovpnkit/dbus';
import { LOG, SESSIONS } from '../../contract/names.ts';

/**
 * Who owns the names that matter to us, as the bus tells it: always before anything that a new owner sends. Nobody does
 * when the bus is gone.
 */
export type ServiceNames = {
  readonly sessions: string | undefined;
  readonly log: string | undefined;
};

export type OwnerListeners = {
  /** There is a session manager, or another than before. Not called for the first. */
  readonly newSessions: () => void;
  /** There is a log service, or another than before. */
  readonly newLog: () => void;
};

export async function watchServiceNames(bus: Bus, listeners: OwnerListeners): Promise<ServiceNames> {
  const owners: { sessions: string | undefined; log: string | undefined } = {
    sessions: undefined,
    log: undefined,
  };
  void bus.closed.then(() => {
    [owners.sessions, owners.log] = [undefined, undefined];
  });
  let first = true;
  await Promise.all([
    bus.watchName(SESSIONS, owner => {
      owners.sessions = owner;
      if (owner !== undefined && !first) listeners.newSessions();
      first = false;
    }),
    bus.watchName(LOG, owner => {
      owners.log = owner;
      if (owner !== undefined) listeners.newLog();
    }),
  ]);
  return owners;
}
