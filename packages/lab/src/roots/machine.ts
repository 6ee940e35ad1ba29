import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { privateDirectory } from '@ovpnkit/management/daemon';
import { cacheFolder } from '../openvpn/cache-folder.ts';
import { type ProgramResult, runOrThrow, runProgram } from '../process/program.ts';
import { atEnd } from '../testing/at-end.ts';

export type MachineOptions = {
  /** A root, which stays as it is: see `debianRoot`. */
  readonly root: string;
  /** Folders and files of this machine, by where they are there. They can be read there, and not written. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** The whole environment of its programs, but for HOME and USER. */
  readonly environment: Readonly<Record<string, string>>;
};

/** A machine as a newcomer has it. It has the kernel, the network and the devices of this one, and files of its own. */
export type Machine = {
  /** Runs a command as this user, in his home; every process that it leaves behind ends with it. */
  run(user: string, command: readonly string[]): Promise<ProgramResult>;
};

/** Opens a machine that is gone when the test ends. What its programs write stays until then. Needs root. */
export function openMachine(t: TestContext, { root, mounts = {}, environment }: MachineOptions): Machine {
  const own = privateDirectory('machine', cacheFolder());
  // Ten thousands of files, of node_modules for the most part: a program removes them several times as fast.
  atEnd(t, () => runOrThrow(['rm', '-rf', own]));
  for (const name of ['files', 'work', 'root']) mkdirSync(join(own, name));
  chmodSync(join(own, 'files'), 0o755);
  // How names are looked up and who is trusted, as on this machine.
  const network = ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs'].filter(path => existsSync(path));
  const all = { ...Object.fromEntries(network.map(path => [path, path])), ...mounts };
  const words = Object.entries(all).flatMap(([there, here]) => [here, there]);
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return {
    run(user, command) {
      const home = user === 'root' ? '/root' : `/home/${user}`;
      const become = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups'];
      const alone = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--ipc'];
      const whole = [
        ...['setpriv', '--pdeathsig', 'KILL', ...alone],
        ...['sh', '-c', enter, 'sh', own, root, String(words.length / 2), ...words],
        ...['env', '-i', ...settings, `HOME=${home}`, `USER=${user}`],
        ...[...become, 'sh', '-c', 'cd && exec "$@"', 'sh', ...command],
      ];
      // A test that takes too long leaves nothing running.
      return runProgram(whole, '', t.signal);
    },
  };
}

/**
 * Changes the root and runs the rest. It is a change and no chroot, because in a chroot nobody may make user namespaces.
 * Its arguments are the machine's folder, its root, how many mounts there are, and from where to where each.
 */
const enter = `set -e
own=$1 root=$2 mounts=$3
shift 3
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$root,upperdir=$own/files,workdir=$own/work" "$own/root"
cd "$own/root"
mount --rbind /dev dev
mount -t proc proc proc
mount --rbind /sys sys
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs run
while [ "$mounts" -gt 0 ]; do
  if [ -d "$1" ]; then mkdir -p "./$2"; elif [ ! -e "./$2" ]; then mkdir -p "./$(dirname "$2")"; touch "./$2"; fi
  mount --bind "$1" "./$2"
  mount -o remount,bind,ro "./$2"
  shift 2
  mounts=$((mounts - 1))
done
pivot_root . mnt
umount -l /mnt
cd /
exec "$@"
`;
