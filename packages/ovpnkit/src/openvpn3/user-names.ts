import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A list names the same users over and over. */
const known = new Map<number, Promise<string>>();

/** The name of a user, and the uid in digits when there is none. Networked accounts count. */
export function userName(uid: number): Promise<string> {
  const name = known.get(uid) ?? passwdEntry(String(uid)).then(entry => entry?.[0] ?? String(uid));
  known.set(uid, name);
  return name;
}

/** The uid of a user who was written as a name or a uid; `undefined` when there is no such account. */
export async function findUid(user: string): Promise<number | undefined> {
  const uid = Number((await passwdEntry(user))?.[2] ?? Number.NaN);
  if (Number.isInteger(uid)) return uid;
  return /^\d{1,10}$/.test(user) && Number(user) < 2 ** 32 ? Number(user) : undefined;
}

async function passwdEntry(key: string): Promise<string[] | undefined> {
  try {
    const { stdout } = await run('getent', ['passwd', '--', key]);
    return stdout.trimEnd().split(':');
  } catch {
    return undefined; // no such account, or no such program
  }
}
