// What somebody else tries, in the words of `dbus-send`.
import { type Bus, Variant } from '@ovpnkit/dbus';
import { BACKEND_SESSION_PATH } from '@ovpnkit/openvpn3';
import { ask } from '../../answer.ts';
import { literalOf } from './dbus-literal.ts';
import type { Literal } from './python-literal.ts';
import type { Outcome } from './recording.ts';

const PROPERTIES = 'org.freedesktop.DBus.Properties';
const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';

/** `call IFACE MEMBER [TYPES ARG…]`, `get-property IFACE NAME`, `set-property IFACE NAME TYPE VALUE`, `introspect`. */
export async function access(bus: Bus, destination: string, what: string): Promise<Outcome> {
  const at = { destination, path: BACKEND_SESSION_PATH };
  const [verb, iface = '', name = '', types = '', ...args] = what.split(' ');
  const call = (() => {
    switch (verb) {
      case 'call':
        return { interface: iface, member: name, signature: types, body: args };
      case 'get-property':
        return { interface: PROPERTIES, member: 'Get', signature: 'ss', body: [iface, name] };
      case 'set-property':
        return {
          interface: PROPERTIES,
          member: 'Set',
          signature: 'ssv',
          body: [iface, name, new Variant(types, parseValue(types, args[0]))],
        };
      case 'introspect':
        return { interface: INTROSPECTABLE, member: 'Introspect', signature: '', body: [] };
      default:
        throw new Error(`nobody here knows how to do this: ${what}`);
    }
  })();
  const answer = await ask(bus, { ...at, ...call });
  if ('error' in answer) return { error: answer.error, message: answer.message };
  return { ok: [words(literalOf(answer.ok)).join(' ')] };
}

const parseValue = (type: string, text = ''): unknown =>
  type === 'b' ? text === 'true' : type === 'u' ? Number(text) : text;

const words = (value: Literal): string[] =>
  typeof value === 'object' ? Object.values(value).flatMap(words) : value === '' ? [] : [String(value)];
