import type { Access, DBusError } from '@ovpnkit/dbus';
import { accessDenied, glibError } from '../../contract/errors.ts';

/** A method's own refusal: the wrong state, the wrong value. */
export const refused = (text: string): DBusError => glibError('authorization', text);

/** Anything else that makes a method fail, such as a profile that cannot be read. */
export const requestFailed = (text: string): DBusError => glibError('request', text);

/** An access that is not allowed. Without a text, GDBus++'s own, with its spelling. */
export function denied(access: Access, text?: string): DBusError {
  const { caller, operation, path, interface: iface, member } = access;
  const what = (doing: string) =>
    `Autorization failed for ${caller.name} ${doing} ${iface}.${member} in object ${path}`;
  switch (operation) {
    case 'call':
      return refused(text ?? what('performing method call'));
    case 'get':
      return accessDenied(text ?? what('reading property'));
    case 'set':
      return accessDenied(text ?? what('writing property'));
  }
}
