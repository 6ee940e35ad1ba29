// The system user that the services of OpenVPN 3 run as.
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { runProgram } from '../process/program.ts';

export type User = { readonly name: string; readonly uid: number; readonly gid: number };

const NAME = 'openvpn';

/**
 * Makes the user and the group `openvpn` when they are missing, and lets everybody open /dev/net/tun, as distributions
 * do. Needs root. Two programs may do so at once.
 */
export async function openvpnUser(): Promise<User> {
  // Where the machine has it so, it is left alone.
  const tun = '/dev/net/tun';
  if ((statSync(tun).mode & 0o666) !== 0o666) chmodSync(tun, 0o666);
  const known = findUser();
  if (known !== undefined) return known;
  const made = await runProgram([
    ...['useradd', '--system', '--user-group', '--no-create-home'],
    ...['--home-dir', '/', '--shell', '/usr/sbin/nologin', NAME],
  ]);
  // Whoever came first has made it, or still holds the lock of the password file.
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise(wake => setTimeout(wake, 50))) {
    const user = findUser();
    if (user !== undefined) return user;
  }
  throw new Error(`The user ${NAME} could not be made: ${made.stderr.trim()}`);
}

function findUser(): User | undefined {
  const [, , uid, gid] = entry('/etc/passwd') ?? [];
  // useradd writes the group first; a user without it is one that is being made.
  if (uid === undefined || gid === undefined || entry('/etc/group') === undefined) return undefined;
  return { name: NAME, uid: Number(uid), gid: Number(gid) };
}

const entry = (file: string): string[] | undefined =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map(line => line.split(':'))
    .find(([name]) => name === NAME);
