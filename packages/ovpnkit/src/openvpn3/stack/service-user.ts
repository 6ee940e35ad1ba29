import { spawnSync } from 'node:child_process';
import { environment } from '@ovpnkit/lab';

/** The uid and the primary group of a user; `undefined` when there is none of this name. */
export function identify(user: string): { uid: number; gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map(flag => run('id', [flag, user]).stdout.trim());
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** Makes a system user with a group of its own, as root. */
export function addUser(user: string): void {
  const { status, stderr } = run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    user,
  ]);
  if (status !== 0)
    throw new Error(`The user ${user} could not be made: ${stderr.trim()}; make it and try again`);
}

const run = (program: string, args: readonly string[]) =>
  spawnSync(program, args, { encoding: 'utf8', env: environment() });
