import { DBusError } from '@ovpnkit/dbus';
import { errorText, glibError } from '../../contract/errors.ts';
import { refused, requestFailed } from '../host/refusals.ts';

/** What a caller gets when there is no backend any more, or it does not answer. */
export const NO_ANSWER = 'Backend VPN process did not respond';
/** What a caller gets when he has waited long enough for a backend that was started. */
export const NOT_REGISTERED = 'Backend VPN process has not registered yet; try again in a moment';

/** The backend is not there: it has left the bus before it answered, or had before it was asked. */
const absent: ReadonlySet<string> = new Set(
  ['NoReply', 'ServiceUnknown', 'NameHasNoOwner', 'Disconnected'].map(
    name => `org.freedesktop.DBus.Error.${name}`,
  ),
);

export const isAbsent = (error: unknown): boolean =>
  error instanceof DBusError && absent.has(error.errorName);

/**
 * A backend's refusal in the form in which session managers pass it on. Front ends know by the one of Ready that they
 * have to ask for something.
 */
export function relayedError(method: string, error: DBusError): DBusError {
  const text = errorText(error.message);
  if (isAbsent(error)) return refused(NO_ANSWER);
  if (method !== 'Ready') return requestFailed(` ${text}`); // with the blank that deployed programs have there
  return needsInput(error) ? glibError('ready', text) : refused(text);
}

/** Ready is refused because the user has to provide something first. */
export const needsInput = (error: unknown): boolean =>
  error instanceof DBusError && error.errorName === glibError('ready', '').errorName;
