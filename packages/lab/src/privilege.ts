import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { openvpnProgram } from '@ovpnkit/management/daemon';
import { environment } from './process/program.ts';

/**
 * Whether a lab can be made by this process, or by this program once it runs in a user namespace (see
 * enterUserNamespace), or not at all. The reason is a sentence that says what to do.
 */
export type LabPrivilege =
  | { readonly type: 'ready' }
  | { readonly type: 'user-namespace'; readonly reason: string }
  | { readonly type: 'impossible'; readonly reason: string };

/** The programs that a lab runs beside openvpn, and the Debian packages that bring them. */
const programs: Readonly<Record<string, string>> = {
  openssl: 'openssl',
  ip: 'iproute2',
  ping: 'iputils-ping',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
};

/** `openvpn` names the program, for `openvpnProgram`. */
export function labPrivilege(openvpn?: string): LabPrivilege {
  const obstacle = missingSystem() ?? missingOpenvpn(openvpn) ?? missingPrograms() ?? missingTun();
  if (obstacle !== undefined) return { type: 'impossible', reason: obstacle };
  // The same capabilities, over the same kind of namespace, as a lab uses.
  const probe = ['unshare', '--net', 'ip', 'link', 'set', 'lo', 'up'];
  if (succeeds(probe)) return { type: 'ready' };
  if (succeeds([...userNamespace, ...probe])) {
    return {
      type: 'user-namespace',
      reason: 'A lab needs root here; run this as root, or inside `unshare -Ur`.',
    };
  }
  return {
    type: 'impossible',
    reason:
      'This process may make neither network nor user namespaces, which a lab needs; run it as root (sudo), or give its container CAP_SYS_ADMIN and CAP_NET_ADMIN.',
  };
}

/** Root over nothing but what it makes itself. The network stays the host's, so that a hub of ours can be reached. */
const userNamespace = ['unshare', '--user', '--map-root-user'];

/**
 * Begins this program again, with its arguments, inside a user namespace where labs can be made. The process keeps its
 * id, its terminal and its standard streams; everything else is lost, so call it before anything is open.
 */
export function enterUserNamespace(): never {
  if (!process.execve)
    throw new Error('Node.js cannot replace its process on this platform; run this on Linux');
  const command = [...userNamespace, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  // execve does not search the PATH, env does.
  return process.execve('/usr/bin/env', ['env', ...command], process.env);
}

function missingSystem(): string | undefined {
  if (process.platform === 'linux') return undefined;
  return `A lab is made of Linux network namespaces and this is ${process.platform}; run it on Linux.`;
}

function missingOpenvpn(openvpn: string | undefined): string | undefined {
  try {
    openvpnProgram(openvpn);
    return undefined;
  } catch (error) {
    return `${(error as Error).message}.`;
  }
}

function missingPrograms(): string | undefined {
  const missing = Object.keys(programs).filter(name => !succeeds(['sh', '-c', 'command -v "$0"', name]));
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map(name => programs[name]))].join(' ');
  return `A lab needs ${missing.join(', ')}, which cannot be found on the PATH; install them (on Debian: apt-get install ${packages}).`;
}

function missingTun(): string | undefined {
  try {
    closeSync(openSync('/dev/net/tun', 'r+'));
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      return 'A lab needs /dev/net/tun, which this user may not open; run it as root, or let everybody open it (chmod 0666 /dev/net/tun), as most distributions do.';
    }
    return `A lab needs /dev/net/tun, which is not usable here (${code}); load the kernel module (modprobe tun), or hand the device to the container.`;
  }
}

const succeeds = ([program = '', ...args]: readonly string[]): boolean =>
  spawnSync(program, args, { env: environment(), stdio: 'ignore' }).status === 0;
