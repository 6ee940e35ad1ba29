// The walls of scripts/walls.ts. Each is broken on purpose, and each of these imports has to be reported.

import { deepEqual, equal } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { formatWalls } from '../walls.ts';

const root = join(import.meta.dirname, '../..');

/** Where a new file lies, and what it must not import. */
const broken: Readonly<Record<string, readonly string[]>> = {
  'management/src': ['@ovpnkit/lab', '@ovpnkit/openvpn3', 'dbus-native'],
  'management/src/protocol': ['node:fs', '../errors.ts', '../connection/dial.ts'],
  'management/src/connection': ['../commands/answer.ts', '../client.ts', '../../../dbus/src/index.ts'],
  'management/src/commands': ['../events/event.ts', '../link/link.ts'],
  'management/src/events': ['../link/link.ts', '../hub/hub.ts', '../connection/dial.ts'],
  'management/src/link': ['../client.ts', '../hub/hub.ts', '../testing/index.ts'],
  'management/src/keys': ['../commands/answer.ts', '../connection/connection.ts'],
  'management/src/testing': ['../client.ts', '../errors.ts'],
  'management/src/hub': ['../index.ts', '../commands/answer.ts', '../testing/index.ts'],
  'management/test/real': ['@ovpnkit/openvpn3', '../../../ovpnkit/src/cli/main.ts'],
  'dbus/src': ['@ovpnkit/management', '@ovpnkit/lab'],
  'dbus/src/type-system': ['node:net', 'dbus-native', '../wire/wire.ts'],
  'dbus/src/wire': ['dbus-native', '../bus/bus.ts'],
  'dbus/src/bus': ['dbus-native', '../server/dispatch.ts', '../client/proxy.ts'],
  'dbus/src/server': ['../client/proxy.ts', '../wire/wire.ts'],
  'dbus/src/server/standard': ['../../client/proxy.ts', '../../wire/wire.ts'],
  'dbus/src/client': ['../server/dispatch.ts'],
  'dbus/test': ['@ovpnkit/openvpn3/share', '@ovpnkit/management'],
  'lab/src': ['@ovpnkit/openvpn3', 'ovpnkit', '../../openvpn3/src/index.ts'],
  'lab/test/real': ['@ovpnkit/openvpn3', '../../../ovpnkit/test/real/cli-process.ts'],
  'openvpn3/src/contract': ['node:fs', '../tunnel/tunnel.ts'],
  'openvpn3/src/tunnel/machine': ['node:fs', '../daemon.ts', '../../services/log/main.ts'],
  'openvpn3/src/tunnel/profile': ['node:fs', '../daemon.ts', '../../contract/names.ts'],
  'openvpn3/src/tunnel': ['../services/log/main.ts', '../client/index.ts', '@ovpnkit/lab'],
  'openvpn3/src/services/log': ['../../client/index.ts', '@ovpnkit/lab', 'ovpnkit'],
  'openvpn3/src/client': ['../services/log/main.ts', '../tunnel/tunnel.ts'],
  'openvpn3/src/share': ['../services/log/main.ts'],
  'openvpn3/test/real/stack': ['../../../../ovpnkit/src/cli/main.ts', 'ovpnkit'],
  'openvpn3/bench': ['../../ovpnkit/src/cli/main.ts'],
  'ovpnkit/src/commands/status': ['../../../../management/src/client.ts', '../../../../lab/dist/index.js'],
};

test('the lint rules are those of the table', () => {
  equal(readFileSync(join(root, 'biome.walls.json'), 'utf8'), formatWalls(), 'run `npm run format`');
});

test('a wall that is broken is reported', t => {
  const folder = temporaryFolder(t);
  for (const file of ['biome.json', 'biome.walls.json']) cpSync(join(root, file), join(folder, file));
  const expected: string[] = [];
  for (const [place, imports] of Object.entries(broken)) {
    const file = join('packages', place, 'broken.ts');
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    const manifest = join('packages', place.split('/')[0] ?? '', 'package.json');
    cpSync(join(root, manifest), join(folder, manifest));
    writeFileSync(join(folder, file), imports.map(name => `export * from '${name}';\n`).join(''));
    expected.push(...imports.map((_, line) => `${file}:${line + 1}`));
  }
  const only = ['--only=style/noRestrictedImports', '--only=correctness/noUndeclaredDependencies'];
  const { stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/biome'),
    ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=github', ...only, '.'],
    { cwd: folder, encoding: 'utf8' },
  );
  const reported = [...stdout.matchAll(/file=(.+?\.ts),line=(\d+)/g)].map(
    ([, file = '', line]) => `${relative(folder, file)}:${line}`,
  );
  deepEqual([...new Set(reported)].sort(), expected.sort(), stderr);
});
