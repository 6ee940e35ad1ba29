import { standardError } from '../type-system/errors.ts';
import type { Access } from './implementation.ts';
import { type OnError, perform } from './perform.ts';

/**
 * Decides over every access, before it happens. True allows it. False answers AccessDenied; throw a DBusError to
 * answer with another name and text. Anything else that it throws is reported, and refuses as a failure.
 */
export type Authorize = (access: Access) => boolean | Promise<boolean>;

/** Resolves when the access is allowed. Otherwise rejects with the DBusError that the caller gets. */
export async function demand(authorize: Authorize, access: Access, onError: OnError): Promise<void> {
  const allowed: unknown = await perform(access, onError, () => authorize(access));
  // Only `true`: an authorize that forgets to answer has not allowed anything.
  if (allowed !== true) {
    const { interface: iface, member } = access;
    throw standardError('AccessDenied', `Access to ${iface}.${member} is not allowed`);
  }
}
