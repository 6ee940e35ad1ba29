import { execFile } from 'node:child_process';

/** Of a user, where directory services are generous. */
const LONGEST_NAME = 256;

/** One look-up at a time, however many callers ask. */
let last: Promise<unknown> = Promise.resolve();

/**
 * The uid of a user by its name, or of a number, which is one already. Asks the system's user database, directory
 * services included. Undefined when there is no such user.
 */
export function userId(user: string): Promise<number | undefined> {
  if (/^\d{1,10}$/.test(user)) return Promise.resolve(Number(user));
  if (user.length > LONGEST_NAME || user.includes('\0')) return Promise.resolve(undefined);
  const asked = last.then(() => ask(user));
  last = asked.catch(() => {}); // the next one is asked all the same
  return asked;
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
