// Which folder may import what. `npm run format` writes the lint rules that follow from it, biome.walls.json.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Room = {
  /** Below `packages`. */
  readonly room: string;
  /** What it may import beside itself. */
  readonly on: readonly string[];
  /** Bytes and values in and out: no `node:*` either. */
  readonly pure?: boolean;
  readonly except?: string;
};

const rooms: readonly Room[] = [
  { room: 'management/src/protocol', on: [], pure: true },
  { room: 'management/src/protocol/secrets', on: ['../*.ts'], pure: true },
  { room: 'management/src/connection', on: ['../protocol/**', '../errors.ts'] },
  { room: 'management/src/commands', on: ['../connection/**', '../protocol/**', '../errors.ts'] },
  { room: 'management/src/events', on: ['../commands/**', '../protocol/**', '../errors.ts'] },
  {
    room: 'management/src/link',
    on: ['../events/**', '../commands/**', '../connection/**', '../protocol/**', '../errors.ts'],
  },
  { room: 'management/src/keys', on: ['../protocol/**', '../errors.ts'] },
  { room: 'management/src/daemon', on: [] },
  { room: 'management/src/testing', on: ['../connection/**', '../protocol/**'] },
  {
    room: 'management/src/hub',
    on: [
      '../client.ts',
      '../open-link.ts',
      '../link/**',
      '../connection/**',
      '../protocol/**',
      '../errors.ts',
    ],
  },
  { room: 'dbus/src/type-system', on: [], pure: true },
  { room: 'dbus/src/wire', on: ['../type-system/**'], except: 'dbus/src/wire/{wire,dbus-native.d}.ts' },
  { room: 'dbus/src/bus', on: ['../wire/**', '../type-system/**'] },
  { room: 'dbus/src/server/*', on: ['../bus/**', '../type-system/**'] },
  { room: 'dbus/src/server/standard', on: ['../*.ts', '../../bus/**', '../../type-system/**'] },
  { room: 'dbus/src/client', on: ['../bus/**', '../type-system/**'] },
  { room: 'openvpn3/src/contract', on: [], pure: true },
  { room: 'openvpn3/src/tunnel/profile', on: [], pure: true },
  { room: 'openvpn3/src/tunnel/machine', on: ['../profile/**', '../../contract/**'], pure: true },
  { room: 'openvpn3/src/tunnel/dns', on: [] },
  { room: 'openvpn3/src/tunnel/*', on: ['../contract/**'] },
  { room: 'openvpn3/src/client', on: ['../contract/**'] },
  { room: 'openvpn3/src/share', on: ['../contract/**'] },
  {
    room: 'openvpn3/src/services',
    on: [
      '../{all,backend-client,configuration,host,log,netcfg,sessions,starter}/**',
      '../share/**',
      '../../share/**',
      '../../tunnel/**',
      '../../contract/**',
      '../../version.ts',
    ],
  },
  { room: 'lab/src', on: ['../**'] },
  { room: 'ovpnkit/src', on: ['../**'] },
];

/** The packages that the tests and benches of a package know nothing of. */
const above: Readonly<Record<string, readonly string[]>> = {
  management: ['dbus', 'openvpn3', 'ovpnkit'],
  dbus: ['management', 'openvpn3', 'ovpnkit'],
  lab: ['openvpn3', 'ovpnkit'],
  openvpn3: ['ovpnkit'],
};

/** Another package is imported by its name, never by its files. */
const foreign = ['**/src/**', '**/test/**', '**/dist/**'];
/** Only wire.ts knows the library that speaks to the bus. */
const codec = ['dbus-native', 'dbus-native/**'];
const notPure = ['process', 'Buffer', 'setTimeout'];

const restrict = (
  includes: readonly string[],
  group: readonly string[],
  message: string,
  globals: readonly string[] = [],
) => ({
  includes,
  linter: {
    rules: {
      style: {
        noRestrictedImports: { level: 'error', options: { patterns: [{ group, message }] } },
        ...(globals.length > 0 && {
          noRestrictedGlobals: {
            level: 'error',
            options: { deniedGlobals: Object.fromEntries(globals.map(name => [name, message])) },
          },
        }),
      },
    },
  },
});

const wallOf = ({ room, on, pure = false, except }: Room) =>
  restrict(
    [
      room.endsWith('*') ? `packages/${room}` : `packages/${room}/**`,
      ...(except ? [`!packages/${except}`] : []),
    ],
    ['../**', ...on.map(name => `!${name}`), ...foreign, ...codec, ...(pure ? ['node:*'] : [])],
    `${room} stands on ${on.join(', ') || 'nothing'} beside itself${pure ? ', and is pure' : ''} (scripts/walls.ts)`,
    pure ? notPure : [],
  );

const testsOf = ([name, packages]: [string, readonly string[]]) =>
  restrict(
    [`packages/${name}/{test,bench}/**`],
    packages.flatMap(each => {
      const published = each === 'ovpnkit' ? each : `@ovpnkit/${each}`;
      return [`**/${each}/{src,test,dist}/**`, published, `${published}/**`];
    }),
    `tests of ${name} know nothing of ${packages.join(', ')} (scripts/walls.ts)`,
  );

/** A package stands on what its manifest names. */
const manifests = {
  includes: ['packages/*/src/**'],
  linter: {
    rules: {
      correctness: { noUndeclaredDependencies: { level: 'error', options: { devDependencies: false } } },
    },
  },
};

/** The text of biome.walls.json, a wall a line. */
export const formatWalls = (): string =>
  `{ "overrides": [\n${[manifests, ...rooms.map(wallOf), ...Object.entries(above).map(testsOf)]
    .map(wall => JSON.stringify(wall))
    .join(',\n')}\n] }\n`;

if (process.argv[1] === import.meta.filename)
  writeFileSync(join(import.meta.dirname, '..', 'biome.walls.json'), formatWalls());
