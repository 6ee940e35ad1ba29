import { setTimeout as sleep } from 'node:timers/promises';
import { DBusError } from '@ovpnkit/dbus';

const TRIES = 15;
const PAUSE_MS = 100;

/**
 * Calls the main object of a service. Deployed services own their name before that object is there, so for a moment
 * after the bus has started one, a call may find nothing: it is repeated for 1.5 seconds.
 */
export async function whenExported<T>(call: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await call();
    } catch (error) {
      if (tried === TRIES || !isNoObject(error)) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** Whether this error says that there is no object at the path (any more). */
export const isNoObject = (error: unknown): boolean =>
  error instanceof DBusError &&
  /\.Unknown(Method|Object)$/.test(error.errorName) &&
  /\bobject\b.* at path/i.test(error.message);
