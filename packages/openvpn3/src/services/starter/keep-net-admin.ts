import { existsSync, readFileSync } from 'node:fs';
import { primaryGroup } from '../host/primary-group.ts';
import { serviceEnvironment } from '../host/service-environment.ts';

const SETPRIV = '/usr/bin/setpriv';
const ONLY_NET_ADMIN = '-all,+net_admin';

/**
 * Has this process begin again as `user` and its primary group, when it is root's: with CAP_NET_ADMIN and no
 * other capability, which its children inherit. Node.js cannot set capabilities, so setpriv of util-linux does it. Does
 * nothing for any other user. Throws when it cannot.
 */
export function keepNetAdmin(user: string): void {
  if (process.getuid?.() !== 0) return;
  if (hasOnlyNetAdmin()) throw new Error(`'${user}' is root; choose a user without rights with --user`);
  if (!existsSync(SETPRIV))
    throw new Error(`There is no ${SETPRIV} to give up the rights of root with; install util-linux`);
  process.execve?.(
    SETPRIV,
    [
      'setpriv',
      `--reuid=${user}`,
      `--regid=${primaryGroup(user)}`,
      '--init-groups',
      `--inh-caps=${ONLY_NET_ADMIN}`,
      `--ambient-caps=${ONLY_NET_ADMIN}`,
      `--bounding-set=${ONLY_NET_ADMIN}`,
      ...[process.execPath, ...process.execArgv, ...process.argv.slice(1)],
    ],
    serviceEnvironment(),
  );
  throw new Error(`Could not run ${SETPRIV}; use Node.js 22.18 or later`);
}

/** Then we have begun again already. */
function hasOnlyNetAdmin(): boolean {
  const [, bounding = ''] = /^CapBnd:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const CAP_NET_ADMIN = 12n;
  return BigInt(`0x${bounding}`) === 1n << CAP_NET_ADMIN;
}
