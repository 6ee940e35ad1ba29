import { execFile } from 'node:child_process';

/** Of a user, where directory services are generous. */
const LONGEST_NAME = 256;

/** The last look-up of each caller who waits for one: he has one at a time, however many he wants. */
const last = new Map<number | undefined, Promise<unknown>>();

/**
 * The uid of a user by its name, or of a number, which is one already. Asks the system's user database, directory
 * services included. Undefined when there is no such user. Callers, by their uids, do not wait for each other.
 */
export async function userId(user: string, caller?: number): Promise<number | undefined> {
  if (/^\d{1,10}$/.test(user)) return Number(user);
  if (user.length > LONGEST_NAME || user.includes('\0')) return undefined;
  const now = () => ask(user);
  const asked = last.get(caller)?.then(now, now) ?? now();
  last.set(caller, asked);
  try {
    return await asked;
  } finally {
    if (last.get(caller) === asked) last.delete(caller);
  }
}

function ask(name: string): Promise<number | undefined> {
  return new Promise(resolve => {
    const options = { timeout: 4000, env: { PATH: '/usr/bin:/bin' } };
    execFile('getent', ['passwd', '--', name], options, (error, stdout) => {
      const [found, , uid] = stdout.split(':');
      resolve(!error && found === name && uid !== undefined ? Number(uid) : undefined);
    });
  });
}
