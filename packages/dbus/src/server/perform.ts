import { DBusError, standardError } from '../type-system/errors.ts';
import type { Access } from './implementation.ts';

/** Told what went wrong inside; with the access during which it did, when there was one. */
export type OnError = (error: unknown, access?: Access) => void;

/**
 * Does what an access asks for. A DBusError is meant for the caller. Anything else is reported to `onError`, and the
 * caller learns only that it failed.
 */
export async function perform<T>(access: Access, onError: OnError, work: () => T | Promise<T>): Promise<T> {
  try {
    const result = work();
    return result instanceof Promise ? await unlessGone(result, access.caller.gone) : result;
  } catch (error) {
    if (error instanceof DBusError) throw error;
    onError(error, access);
    throw standardError('Failed', `${access.interface}.${access.member} failed inside the service`);
  }
}

/** Does not wait for an answer that nobody waits for: a handler that never ends keeps nothing of a caller who left. */
function unlessGone<T>(work: Promise<T>, gone: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(standardError('Failed', 'The caller has left the bus'));
    gone.addEventListener('abort', leave, { once: true });
    // Also when the caller has left already: a refusal that nobody hears is no fault of this program.
    work.then(resolve, reject).finally(() => gone.removeEventListener('abort', leave));
    if (gone.aborted) leave();
  });
}
