import { DBusError } from '@ovpnkit/dbus';
import { errorDomains } from '../contract/errors.ts';

/** Whether a session's `ready()` or `connect()` was refused because questions are open. */
export const isMissingInput = (error: unknown): boolean =>
  error instanceof DBusError &&
  (error.message.startsWith(`GDBus.Error:${errorDomains.ready}:`) ||
    error.message.endsWith('Required user input not provided'));
