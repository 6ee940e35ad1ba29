// Every method of every object that the deployed services show, called as nobody should call it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  BACKEND_SESSION_PATH,
  BACKENDS_PATH,
  backendName,
  CONFIGURATION_PATH,
  LOG_PATH,
  SESSIONS_PATH,
} from '@ovpnkit/openvpn3';
import fc from 'fast-check';
import { type Arguments, arbitraryArguments } from './arbitrary-arguments.ts';
import { services } from './stack-stage.ts';

/** A session of somebody's, and what belongs to it. */
export type Belongings = {
  readonly configuration: string;
  readonly session: string;
  /** The object that stands for a forwarded log. */
  readonly proxy: string;
  /** Of the backend. */
  readonly pid: number;
};

export type HostileCall = Arguments & {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
};

const recordings = new URL('../../../openvpn3/test/recordings/introspection/', import.meta.url);

/** What services that are deployed say of themselves. */
function recordedMembers(name: string) {
  const xml = readFileSync(fileURLToPath(new URL(`${name}.xml`, recordings)), 'utf8').replaceAll("'", '"');
  const interfaces = [...xml.matchAll(/<interface name="([^"]+)">(.*?)<\/interface>/gs)];
  const methods = interfaces.flatMap(([, iface = '', body = '']) =>
    [...body.matchAll(/<method name="(\w+)"(?:\/>|>(.*?)<\/method>)/gs)].map(
      ([, member = '', inner = '']) => {
        const args = [...inner.matchAll(/<arg ([^>]*)>/g)].map(([, each = '']) => each);
        const ins = args.filter(each => each.includes('direction="in"'));
        return {
          interface: iface,
          member,
          wants: ins.map(each => /type="([^"]*)"/.exec(each)?.[1]).join(''),
        };
      },
    ),
  );
  const properties = [...xml.matchAll(/<property [^>]*name="(\w+)"/g)].map(([, each = '']) => each);
  return { methods, properties };
}

type Surface = { readonly destination: string; readonly path: string; readonly recording: string };

function surfaces(belongings: readonly Belongings[]): Surface[] {
  const { configuration, log, sessions, starter } = services;
  return [
    { destination: sessions, path: SESSIONS_PATH, recording: 'sessionmgr' },
    { destination: configuration, path: CONFIGURATION_PATH, recording: 'configmgr' },
    { destination: log, path: LOG_PATH, recording: 'log' },
    { destination: starter, path: BACKENDS_PATH, recording: 'backendstart' },
    ...belongings.flatMap(each => [
      { destination: sessions, path: each.session, recording: 'session-object' },
      { destination: configuration, path: each.configuration, recording: 'config-object' },
      { destination: log, path: each.proxy, recording: 'log' },
      { destination: backendName(each.pid), path: BACKEND_SESSION_PATH, recording: 'backend-client' },
    ]),
  ];
}

const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** A call of anything of these, or of the services themselves. */
export function hostileCall(belongings: readonly Belongings[]): fc.Arbitrary<HostileCall> {
  const objects = surfaces(belongings);
  const paths = objects.map(({ path }) => path);
  const targets = objects.flatMap(({ destination, path, recording }) => {
    const { methods, properties } = recordedMembers(recording);
    return methods.map(({ wants, ...method }) => ({ destination, path, ...method, wants, properties }));
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
