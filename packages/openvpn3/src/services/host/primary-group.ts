import { spawnSync } from 'node:child_process';

/** The gid of a user's own group. Throws when there is no such user. */
export function primaryGroup(user: string): number {
  const { status, stdout } = spawnSync('/usr/bin/id', ['-g', '--', user], { encoding: 'utf8', env: {} });
  if (status !== 0) throw new Error(`There is no user '${user}'; make it, or choose another with --user`);
  return Number(stdout);
}
