import { readFileSync } from 'node:fs';

/** An object as introspection shows it: of each interface its members, `method Ping` → `out b alive`. */
export type Introspection = {
  readonly interfaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The names of its child nodes. */
  readonly children: readonly string[];
};

export function parseIntrospection(xml: string): Introspection {
  const interfaces = [...xml.matchAll(/<interface name="([^"]*)">(.*?)<\/interface>/gs)].map(
    ([, name = '', body = '']): [string, Record<string, string>] => [name, membersOf(body)],
  );
  return {
    interfaces: Object.fromEntries(interfaces.sort(([a], [b]) => (a < b ? -1 : 1))),
    children: [...xml.matchAll(/<node name="([^"]*)"/g)].map(([, name = '']) => name).sort(),
  };
}

function membersOf(body: string): Record<string, string> {
  const members = [...body.matchAll(/<(method|signal|property) ([^>]*?)(?:\/>|>(.*?)<\/\1>)/gs)].map(
    ([, kind = '', rest = '', inner = '']): [string, string] => {
      const { name, type, access } = attributes(rest);
      const args = [...inner.matchAll(/<arg ([^>]*?)\/?>/g)].map(([, text = '']) => {
        const arg = attributes(text);
        return [kind === 'signal' ? '' : arg.direction, arg.type, arg.name].filter(Boolean).join(' ');
      });
      return [`${kind} ${name}`, kind === 'property' ? `${type} ${access}` : args.join(', ')];
    },
  );
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const attributes = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));

const folder = new URL('../../../recordings/introspection/', import.meta.url);

const objects = [
  'backend-client',
  'backendstart',
  'config-object',
  'configmgr',
  'log',
  'netcfg',
  'netcfg-device',
  'session-object',
  'sessionmgr',
] as const;

export type RecordedObject = (typeof objects)[number];

/** What a recorded introspection of the deployed services shows. */
export const recordedIntrospection = (name: RecordedObject): Introspection =>
  parseIntrospection(readFileSync(new URL(`${name}.xml`, folder), 'utf8'));

/** What some object of the deployed services has by this name in this interface; `undefined` for nothing. */
export function recordedMember(name: string, member: string): string | undefined {
  for (const object of objects) {
    const found = recordedIntrospection(object).interfaces[name]?.[member];
    if (found !== undefined) return found;
  }
  return undefined;
}
