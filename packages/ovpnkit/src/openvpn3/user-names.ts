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

/** The last one; what comes behind it is nobody's. */
const LAST_UID = 2 ** 32 - 2;

/**
 * The uid of a user who was written as a uid, which needs no account, or as a name; `undefined` when there is no account
 * of exactly this name. Numbers are read here: getent cuts them off at 32 bits, and finds somebody else.
 */
export async function findUid(user: string): Promise<number | undefined> {
  if (/^(0|[1-9]\d*)$/.test(user)) return Number(user) <= LAST_UID ? Number(user) : undefined;
  const [name, , uid] = (await passwdEntry(user)) ?? [];
  return name === user && uid !== undefined ? Number(uid) : undefined;
}

async function passwdEntry(key: string): Promise<string[] | undefined> {
  try {
    const { stdout } = await run('getent', ['passwd', '--', key]);
    return stdout.trimEnd().split(':');
  } catch {
    return undefined; // no such account, or no such program
  }
}
