import type { Interface, MethodDefinition } from '@ovpnkit/dbus';

/** `method Ping` → `out b alive`, `signal Log` → `u group, …`, `property dco` → `b readwrite`. */
export type Members = Record<string, string>;

/** The members of a definition, of each method its first form, which is what introspection shows. */
export function membersOf({ definition }: Interface): Members {
  const { methods = {}, signals = {}, properties = {} } = definition;
  return sorted([
    ...Object.entries(methods).map(([name, forms]): [string, string] => {
      const [{ in: ins = [], out = [] } = {}] = [forms].flat() as MethodDefinition[];
      return [
        `method ${name}`,
        [...ins.map(each => `in ${each}`), ...out.map(each => `out ${each}`)].join(', '),
      ];
    }),
    ...Object.entries(signals).map(([name, { args = [] }]): [string, string] => [
      `signal ${name}`,
      args.join(', '),
    ]),
    ...Object.entries(properties).map(([name, { type, access }]): [string, string] => [
      `property ${name}`,
      `${type} ${access}`,
    ]),
  ]);
}

/** The members of one interface of a recorded introspection. */
export function parseIntrospection(xml: string, iface: string): Members {
  const [, body = ''] = new RegExp(`<interface name="${iface}">(.*?)</interface>`, 's').exec(xml) ?? [];
  const members: [string, string][] = [];
  for (const [, kind = '', rest = '', inner = ''] of body.matchAll(
    /<(method|signal|property) ([^>]*?)(?:\/>|>(.*?)<\/\1>)/gs,
  )) {
    const { name, type, access } = attributes(rest);
    const args = [...inner.matchAll(/<arg ([^>]*?)\/?>/g)].map(([, text = '']) => {
      const arg = attributes(text);
      return [arg.direction, arg.type, arg.name].filter(Boolean).join(' ');
    });
    members.push([`${kind} ${name}`, kind === 'property' ? `${type} ${access}` : args.join(', ')]);
  }
  return sorted(members);
}

const attributes = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));

const sorted = (members: [string, string][]): Members =>
  Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
