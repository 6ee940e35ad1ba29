// Makes sure that a machine has the programs that the tests and the demo drive.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail } from '../packages/openvpn3/bin/suitable-node.js';

// A program to look for on the PATH, or a file, or a library, and the Debian package that brings it.

/** What `npm start` drives: a newcomer waits for nothing else. */
export const forDemo = {
  openvpn: 'openvpn',
  ip: 'iproute2',
  ping: 'iputils-ping',
  openssl: 'openssl',
  'dbus-daemon': 'dbus',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  nsenter: 'util-linux',
};

export const forTests = {
  ...forDemo,
  gdbus: 'libglib2.0-bin',
  busctl: 'systemd',
  'dbus-send': 'dbus-bin',
  'dbus-monitor': 'dbus-bin',
  // GLib judges our marshalling through Python.
  '/usr/lib/python3/dist-packages/gi/__init__.py': 'python3-gi',
  socat: 'socat',
  nc: 'netcat-openbsd',
  script: 'bsdutils', // a pseudo terminal
  groff: 'groff-base', // a reader of manual pages
  'softhsm2-util': 'softhsm2', // a PKCS#11 token
  'pkcs11-tool': 'opensc',
  'libp11-kit.so.0': 'libp11-kit0', // is loaded into a daemon
};

/** What the tests with heavy counterparts need besides. */
export const forPeers = { debootstrap: 'debootstrap', zsh: 'zsh', fish: 'fish', mandoc: 'mandoc' };

/** What the figures need besides: the baseline of the D-Bus package is a service in C. */
export const forFigures = {
  gcc: 'gcc',
  'pkg-config': 'pkg-config',
  '/usr/include/glib-2.0/glib.h': 'libglib2.0-dev',
  iperf3: 'iperf3',
};

/** Installs missing programs with apt as root; otherwise says in one sentence what is missing. */
export function installSystemPackages(programs) {
  const missing = missingPackages(programs);
  if (missing.length === 0) return;
  const how = `install ${missing.join(', ')} (on Debian: apt-get install ${missing.join(' ')})`;
  if (process.getuid?.() !== 0 || !onPath('apt-get'))
    fail('ovpnkit', `some programs are missing here: ${how}`);
  console.log(`ovpnkit: apt-get install ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
  apt('update');
  if (apt('install', '-y', '--no-install-recommends', ...missing).status !== 0)
    fail('ovpnkit', `apt-get could not ${how}`);
}

function missingPackages(programs) {
  const libraries = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '';
  const isInstalled = name => {
    // What is named is never replaced by another.
    if (name === 'openvpn' && process.env.OVPNKIT_OPENVPN) return true;
    if (name.startsWith('/')) return statSync(name, { throwIfNoEntry: false }) !== undefined;
    return /\.so\./.test(name) ? libraries.includes(name) : onPath(name);
  };
  const absent = Object.entries(programs).filter(([name]) => !isInstalled(name));
  return [...new Set(absent.map(([, pkg]) => pkg))];
}

function onPath(program) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .concat('/usr/local/sbin', '/usr/sbin', '/sbin')
    .some(folder => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
