// Makes sure that a machine has what the project needs: node_modules, and the programs that the tests and the demo drive.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A program to look for on the PATH, or a file, and the Debian package that brings it. */
const programs = {
  openvpn: 'openvpn',
  ip: 'iproute2',
  ping: 'iputils-ping',
  openssl: 'openssl',
  'dbus-daemon': 'dbus',
  gdbus: 'libglib2.0-bin',
  busctl: 'systemd',
  'dbus-send': 'dbus-bin',
  'dbus-monitor': 'dbus-bin',
  // GLib judges our marshalling through Python.
  '/usr/lib/python3/dist-packages/gi/__init__.py': 'python3-gi',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  nsenter: 'util-linux',
  socat: 'socat',
  nc: 'netcat-openbsd',
  script: 'bsdutils', // a pseudo terminal for tests
  'softhsm2-util': 'softhsm2', // a PKCS#11 token for tests
  'pkcs11-tool': 'opensc',
};

/** A library that a test loads into a daemon, and the Debian package that brings it. */
const libraries = { 'libp11-kit.so.0': 'libp11-kit0' };

/** Installs node_modules when they are missing or older than the lockfile. */
export function installModules() {
  const installed = modified(join(root, 'node_modules', '.package-lock.json'));
  if (installed !== undefined && installed >= (modified(join(root, 'package-lock.json')) ?? 0)) return;
  // The oldest supported Node comes from node_modules itself, so an older one here is no fault worth a warning.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) fail('npm ci failed, so nothing can be built; see its message above');
}

/** What the figures need besides: the baseline of the D-Bus package is a service in C. */
export const forFigures = {
  gcc: 'gcc',
  'pkg-config': 'pkg-config',
  '/usr/include/glib-2.0/glib.h': 'libglib2.0-dev',
};

/** Installs missing programs with apt as root; otherwise says in one sentence what is missing. */
export function installSystemPackages(more = {}) {
  const missing = missingPackages(more);
  if (missing.length === 0) return;
  const how = `install ${missing.join(', ')} (on Debian: apt-get install ${missing.join(' ')})`;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) fail(`some programs are missing here: ${how}`);
  console.log(`setup: apt-get install ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
  apt('update');
  if (apt('install', '-y', '--no-install-recommends', ...missing).status !== 0)
    fail(`apt-get could not ${how}`);
}

function missingPackages(more) {
  const lines = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '';
  const absent = [
    ...Object.entries({ ...programs, ...more }).filter(([name]) => !isInstalled(name)),
    ...Object.entries(libraries).filter(([name]) => !lines.includes(name)),
  ];
  return [...new Set(absent.map(([, pkg]) => pkg))];
}

function isInstalled(name) {
  // What is named is never replaced by another.
  if (name === 'openvpn' && process.env.OVPNKIT_OPENVPN) return true;
  return name.startsWith('/') ? modified(name) !== undefined : onPath(name);
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

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}
