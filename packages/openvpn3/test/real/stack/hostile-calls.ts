// Every method of every object, of ours and of those that the deployed services show, called as nobody should call it.
import {
  BACKEND_SESSION_PATH,
  BACKENDS_PATH,
  backendName,
  CONFIGURATION_PATH,
  LOG_PATH,
  NETCFG_PATH,
  SESSIONS_PATH,
} from '@ovpnkit/openvpn3';
import fc from 'fast-check';
import { ask, unwrap } from '../answer.ts';
import {
  type Introspection,
  parseIntrospection,
  type RecordedObject,
  recordedIntrospection,
} from '../conformance/services/introspection.ts';
import { type Arguments, arbitraryArguments } from './arbitrary-arguments.ts';
import { type Stack, services } from './stack-stage.ts';

/** A session of somebody's, and what belongs to it. */
export type Belongings = {
  readonly configuration: string;
  readonly session: string;
  /** The object that stands for a forwarded log. */
  readonly proxy: string;
  /** Of the backend. */
  readonly pid: number;
  /** The object of its device; `undefined` when it has none. */
  readonly device?: string;
};

export type HostileCall = Arguments & {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
};

/** An object that calls go to. */
export type Surface = {
  readonly destination: string;
  readonly path: string;
  readonly kind: RecordedObject | 'log-proxy';
};

const { configuration, log, netcfg, sessions, starter } = services;

export const surfacesOfServices: readonly Surface[] = [
  { destination: sessions, path: SESSIONS_PATH, kind: 'sessionmgr' },
  { destination: configuration, path: CONFIGURATION_PATH, kind: 'configmgr' },
  { destination: log, path: LOG_PATH, kind: 'log' },
  { destination: starter, path: BACKENDS_PATH, kind: 'backendstart' },
  { destination: netcfg, path: NETCFG_PATH, kind: 'netcfg' },
];

export const surfacesOf = (each: Belongings): Surface[] => [
  { destination: sessions, path: each.session, kind: 'session-object' },
  { destination: configuration, path: each.configuration, kind: 'config-object' },
  { destination: log, path: each.proxy, kind: 'log-proxy' },
  { destination: backendName(each.pid), path: BACKEND_SESSION_PATH, kind: 'backend-client' },
  ...(each.device === undefined
    ? []
    : [{ destination: netcfg, path: each.device, kind: 'netcfg-device' as const }]),
];

type Member = {
  readonly type: string;
  readonly interface: string;
  readonly member: string;
  /** The types of its arguments. */
  readonly wants: string;
};

/** What objects of each kind have, ours and the deployed ones. */
export type Members = ReadonlyMap<Surface['kind'], readonly Member[]>;

/** What these show to a program of the user of the services, and what was recorded of the deployed ones. */
export async function membersOf(stack: Stack, surfaces: readonly Surface[]): Promise<Members> {
  const { bus } = await stack.bus.connectAs();
  const members = surfaces.map(async ({ destination, path, kind }): Promise<[Surface['kind'], Member[]]> => {
    const recorded = kind === 'log-proxy' ? [] : listed(recordedIntrospection(kind));
    // Nobody may introspect a backend.
    if (kind === 'backend-client') return [kind, recorded];
    const call = {
      destination,
      path,
      interface: 'org.freedesktop.DBus.Introspectable',
      member: 'Introspect',
    };
    const [xml] = unwrap(await ask(bus, call));
    const ours = listed(parseIntrospection(String(xml)));
    const isOurs = (name: Member) =>
      ours.some(each => each.interface === name.interface && each.member === name.member);
    return [kind, [...ours, ...recorded.filter(each => !isOurs(each))]];
  });
  return new Map(await Promise.all(members));
}

const listed = ({ interfaces }: Introspection): Member[] =>
  Object.entries(interfaces).flatMap(([iface, members]) =>
    Object.entries(members).map(([name, declared]): Member => {
      const [type = '', member = ''] = name.split(' ');
      const wants = [...declared.matchAll(/\bin (\S+)/g)].map(([, each]) => each).join('');
      return { type, interface: iface, member, wants };
    }),
  );

const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** A call of any of these. */
export function hostileCall(surfaces: readonly Surface[], members: Members): fc.Arbitrary<HostileCall> {
  const paths = surfaces.map(({ path }) => path);
  const targets = surfaces.flatMap(({ destination, path, kind }) => {
    const all = members.get(kind) ?? [];
    const properties = all.filter(({ type }) => type === 'property').map(({ member }) => member);
    return all
      .filter(({ type }) => type === 'method')
      .map(({ interface: iface, member, wants }) => ({
        ...{ destination, path, interface: iface, member },
        ...{ wants, properties },
      }));
  });
  return fc.constantFrom(...targets).chain(({ wants, properties, ...target }) => {
    const known = { texts: [target.interface, 'profile', ...properties], paths };
    const own = target.destination.replace(/\.be\d+$/, '');
    return fc
      .tuple(arbitraryArguments(wants, known), fc.nat(3), fc.constantFrom('x', ...properties))
      .map(([{ signature, body }, lot, property]) => {
        // Most of what concerns properties would be of no interface, and of no property, otherwise.
        if (target.interface !== PROPERTIES || signature !== wants || lot === 0)
          return { ...target, signature, body };
        return { ...target, signature, body: [own, property, ...body.slice(2)].slice(0, body.length) };
      });
  });
}
