import { deepEqual, equal, match, ok } from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { credentialsOf } from '@ovpnkit/dbus';
import { runProgram } from '@ovpnkit/lab';
import { atEnd, eventually, isRunning, openvpnUser, processFacts } from '@ovpnkit/lab/testing';
import { privateDirectory } from '@ovpnkit/management/daemon';
import { LOG } from '@ovpnkit/openvpn3';
import { policyFor } from '@ovpnkit/openvpn3/share';
import { unwrap } from '../../../../openvpn3/test/real/answer.ts';
import {
  openSession,
  openStack,
  serviceNames,
  users,
  whenDevice,
  whenStatus,
} from '../../../../openvpn3/test/real/stack/stack-stage.ts';
import { startSystemBus } from '../../../../openvpn3/test/real/system-bus.ts';
import { skip } from '../../../../openvpn3/test/real/test-bed.ts';
import { callDaemon } from '../../../src/commands/openvpn3/service/call-daemon.ts';

const program = fileURLToPath(new URL('../../../bin/ovpnkit.js', import.meta.url));
const NET_ADMIN = 1n << 12n;

const service = (action: 'install' | 'uninstall', prefix: string, ...options: string[]) =>
  runProgram([
    'sh',
    '-c',
    'umask 077; exec "$@"',
    'sh',
    process.execPath,
    program,
    'service',
    action,
    '--prefix',
    prefix,
    ...options,
  ]);

function temporaryPrefix(t: TestContext): string {
  const folder = privateDirectory('ovpnkit-lab');
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  return join(folder, 'root');
}

/** Runs a command where no installation is, and no systemd, for what is uninstalled from the system itself. */
const hidden = [
  ...['unshare', '--mount', 'sh', '-c'],
  `for folder in /etc/dbus-1 /etc/systemd /etc/polkit-1 /usr/local/share/dbus-1 /usr/local/libexec /run/systemd; do
     if [ -d "$folder" ]; then mount -t tmpfs tmpfs "$folder" || exit 99; fi
   done
   exec "$@"`,
  'sh',
];

/** Every file below, by its path there. */
const filesBelow = (prefix: string): string[] =>
  readdirSync(prefix, { recursive: true, withFileTypes: true })
    .filter(each => !each.isDirectory())
    .map(each => join(each.parentPath, each.name).slice(prefix.length))
    .sort();

describe('an installation', { skip, concurrency: 2 }, () => {
  it('has every service started when it is called, by the user it belongs to, and a tunnel comes up', async t => {
    const stack = await openStack(t, {
      async install(prefix) {
        equal((await service('install', prefix)).code, 0);
      },
    });
    const none = await Promise.all(serviceNames.map(stack.pidOf));
    deepEqual(
      none,
      serviceNames.map(() => undefined),
    );
    const configuration = await stack.importProfile('games', await stack.server.profile('cert'));
    const session = await openSession(stack, configuration, 'games');
    unwrap(await stack.call('games', 'sessions', session, 'Ready'));
    unwrap(await stack.call('games', 'sessions', session, 'Connect'));
    await whenStatus(stack, session, 7);
    await whenDevice(stack, session);
    for (const name of serviceNames) {
      const { uid, effectiveCapabilities, boundingCapabilities } = processFacts(
        (await stack.pidOf(name)) ?? 0,
      );
      equal(uid, stack.bus.user.uid, name);
      equal(effectiveCapabilities, name === 'starter' ? NET_ADMIN : 0n, name);
      if (name === 'starter') equal(boundingCapabilities, NET_ADMIN);
    }
    equal(stack.daemons().length, 1);
    const atBus = ['env', `DBUS_SYSTEM_BUS_ADDRESS=${stack.bus.address}`];
    const uninstall = [process.execPath, program, 'service', 'uninstall', '--dry-run'];
    const refused = await runProgram([...atBus, ...uninstall]);
    equal(refused.code, 1);
    match(refused.stderr, /There are sessions \(net\.openvpn\.v3\.backends\.be\d+\); end them first/);
    unwrap(await stack.call('games', 'sessions', session, 'Disconnect'));
    await stack.heard.next('SessionManagerEvent', ([path, type]) => path === session && type === 2);
    equal(stack.daemons().length, 0);

    const manager = (await stack.pidOf('sessions')) ?? 0;
    const told = new RegExp(`^ended net\\.openvpn\\.v3\\.sessions \\(process ${manager}\\)$`, 'm');
    match((await runProgram([...atBus, ...uninstall])).stdout, told);
    ok(isRunning(manager), 'nothing is ended by --dry-run');
    const { code, stdout, stderr } = await runProgram([...hidden, ...atBus, ...uninstall.slice(0, -1)]);
    deepEqual([code, stderr], [0, '']);
    match(stdout, told);
    const left = await Promise.all(serviceNames.map(stack.pidOf));
    deepEqual(left, none);
    await eventually('the backend that was ready has ended', () => stack.backends().length === 0);
    equal(stack.complaints(), '');
  });

  it('is not uninstalled with the services of somebody else', async t => {
    const bus = await startSystemBus(t);
    writeFileSync(join(bus.folder, 'policies', 'zz-games.conf'), policyFor('log', 'games'));
    await callDaemon(await bus.connect(), 'ReloadConfig');
    const games = (await bus.connectAs(users.games)).bus;
    await games.requestName(LOG);
    const atBus = ['env', `DBUS_SYSTEM_BUS_ADDRESS=${bus.address}`];
    const { code, stdout } = await runProgram([
      ...hidden,
      ...atBus,
      process.execPath,
      program,
      'service',
      'uninstall',
    ]);
    equal(code, 0);
    match(stdout, /^net\.openvpn\.v3\.log \(process \d+ of uid 5\) is not ours and stays$/m);
    equal((await credentialsOf(games, LOG)).uid, users.games.uid);
  });

  it('records the openvpn that the administrator has named, and no other', async t => {
    const named = "/opt/o'pen vpn/sbin/openvpn";
    const prefix = temporaryPrefix(t);
    const openvpn = join(prefix, named);
    mkdirSync(dirname(openvpn), { recursive: true });
    writeFileSync(openvpn, '#!/bin/sh\n', { mode: 0o755 });
    const libexec = (name: string) =>
      readFileSync(join(prefix, '/usr/local/libexec/ovpnkit', name), 'utf8')
        .split('\n')
        .at(-2);
    const programs = ['openvpn3-service-backendstart', 'openvpn3-service-client'] as const;
    equal((await service('install', prefix, '--openvpn', openvpn)).code, 0);
    const words = `--openvpn '${openvpn.replaceAll("'", "'\\''")}' `;
    deepEqual(
      programs.map(name => libexec(name)?.replace("'--openvpn'", '--openvpn').includes(words)),
      [true, true],
    );
    if (process.env.OVPNKIT_OPENVPN === undefined) {
      equal((await service('install', prefix)).code, 0);
      deepEqual(
        programs.map(name => libexec(name)?.includes('--openvpn')),
        [false, false],
      );
    }
    const { code, stderr } = await service('install', prefix, '--openvpn', '/nowhere/openvpn');
    deepEqual(
      [code, /^ovpnkit: The OpenVPN daemon \/nowhere\/openvpn cannot be run \(ENOENT\); /.test(stderr)],
      [1, true],
    );
  });

  it('is readable for the bus and the user of the services, whatever the umask of the administrator is', async t => {
    const user = await openvpnUser();
    const prefix = temporaryPrefix(t);
    const { code, stdout, stderr } = await service('install', prefix);
    equal(code, 0, stderr);
    const files = filesBelow(prefix);
    for (const file of files) {
      ok(stdout.includes(join(prefix, file)), `${file} is not told`);
      equal(statSync(join(prefix, file)).mode & 0o777, file.includes('/libexec/') ? 0o755 : 0o644, file);
      for (let folder = dirname(file); folder !== '/'; folder = dirname(folder))
        equal(statSync(join(prefix, folder)).mode & 0o777, 0o755, folder);
    }
    const { mode, uid } = statSync(join(prefix, 'var/lib/openvpn3'));
    deepEqual([mode & 0o777, uid], [0o750, user.uid]);
    equal(statSync(join(prefix, 'var/lib')).mode & 0o777, 0o755);
  });

  it('is gone after `uninstall`, apart from what the services keep', async t => {
    const prefix = temporaryPrefix(t);
    equal((await service('install', prefix)).code, 0);
    equal((await service('install', prefix)).code, 0, 'it can be installed again');
    const kept = join(prefix, 'var/lib/openvpn3/configs.json');
    writeFileSync(kept, 'kept');
    equal((await service('uninstall', prefix)).code, 0);
    deepEqual(filesBelow(prefix), [kept.slice(prefix.length)]);
    ok(!existsSync(join(prefix, 'usr/local/libexec/ovpnkit')));
    equal((await service('uninstall', prefix)).code, 0, 'there is nothing to remove');
  });

  it('leaves alone what somebody else has put there, and installs nothing beside it', async t => {
    const prefix = temporaryPrefix(t);
    equal((await service('install', prefix)).code, 0);
    const [file = ''] = filesBelow(prefix);
    equal((await service('uninstall', prefix)).code, 0);
    const foreign = [
      (path: string) => writeFileSync(path, 'of somebody else'),
      (path: string) => symlinkSync('/dev/null', path), // what systemd calls masked
      (path: string) => symlinkSync('nowhere', path),
    ];
    for (const put of foreign) {
      put(join(prefix, file));
      const before = lstatSync(join(prefix, file)).ino;
      const { code, stderr } = await service('install', prefix);
      equal(code === 0, false);
      ok(stderr.includes(`${join(prefix, file)} is not ours`), stderr);
      deepEqual(filesBelow(prefix), [file]);
      match((await service('uninstall', prefix)).stdout, /is not ours and stays/);
      equal(lstatSync(join(prefix, file)).ino, before);
      await rm(join(prefix, file));
    }
  });
});
