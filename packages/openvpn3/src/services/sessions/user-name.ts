import { readFileSync } from 'node:fs';

/** The name of a user for the log; the number when there is none in the password file. */
export function userName(uid: number | undefined): string {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    const line = lines.find(each => each.split(':')[2] === String(uid));
    return line?.split(':')[0] ?? String(uid);
  } catch {
    return String(uid);
  }
}
