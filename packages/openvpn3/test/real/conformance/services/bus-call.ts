import { type MethodCall, Variant } from '@ovpnkit/dbus';
import { type Literal, parsePythonList } from '../backend/python-literal.ts';
import { recordedMember } from './introspection.ts';
import type { TraceStep } from './parse-trace.ts';

/** `~.sessions.NewTunnel` and `DBus.Properties.Get` in full, as interface and member. */
export function fullMember(member: string): readonly [string, string] {
  const full = member.replace(/^~/, 'net.openvpn.v3').replace(/^DBus/, 'org.freedesktop.DBus');
  const end = full.lastIndexOf('.');
  return [full.slice(0, end), full.slice(end + 1)];
}

/** The call of a trace as it is sent: `args` with our object paths, and the profile where it was cut off. */
export function busCall(call: TraceStep & { kind: 'call' }, args: string, profile: string): MethodCall {
  const [iface, member] = fullMember(call.member);
  const values = member === 'Import' ? importArguments(args, profile) : parsePythonList(args);
  const { signature, body } = typed(iface, member, values);
  return {
    destination: call.destination.replace(/^~/, 'net.openvpn.v3'),
    path: call.path.replace(/^~/, '/net/openvpn/v3'),
    interface: iface,
    member,
    signature,
    body,
  };
}

/** Its profile is cut off in the recordings, and with it the flags: single use, and persistent. */
function importArguments(args: string, profile: string): Literal[] {
  const [, name = ''] = /^\['(.*?)', /.exec(args) ?? [];
  return [name, profile, name === 'prof.ovpn', name === 't2'];
}

function typed(iface: string, member: string, values: readonly Literal[]) {
  if (iface === 'org.freedesktop.DBus.Properties') {
    const [of, property, value = ''] = values;
    if (member !== 'Set') return { signature: 's'.repeat(values.length), body: values };
    const [type = typeOf(value)] = recordedMember(String(of), `property ${property}`)?.split(' ') ?? [];
    return { signature: 'ssv', body: [of, property, new Variant(type, value)] };
  }
  if (iface.startsWith('org.freedesktop')) return { signature: '', body: [] };
  const declared = recordedMember(iface, `method ${member}`) ?? '';
  const types = [...declared.matchAll(/in (\S+)/g)].map(([, type]) => type ?? '');
  const fits = values.every(
    (value, index) => /^[so]$/.test(types[index] ?? '') === (typeof value === 'string'),
  );
  return fits || types.includes('v')
    ? {
        signature: types.join(''),
        body: values.map((value, index) => (types[index] === 'v' ? variantOf(value) : value)),
      }
    : { signature: values.map(typeOf).join(''), body: values };
}

const typeOf = (value: Literal): string =>
  typeof value === 'boolean' ? 'b' : typeof value === 'number' ? 'u' : 's';

const variantOf = (value: Literal): Variant =>
  typeof value === 'boolean' ? new Variant('b', value) : new Variant('s', String(value));
