// What a lab can leave behind, as the kernel sees it.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Command lines of all processes that name this directory. */
export const processesOf = (directory: string): string[] =>
  everyProcess(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')).filter(line =>
    line.includes(directory),
  );

/** How many processes and open files keep one of these network namespaces alive. */
export const usersOf = (namespaces: readonly number[]): number =>
  everyProcess(pid => [
    networkOf(`/proc/${pid}/ns/net`),
    ...readdirSync(`/proc/${pid}/fd`).map(fd => networkOf(`/proc/${pid}/fd/${fd}`)),
  ])
    .flat()
    .filter(ino => ino !== undefined && namespaces.includes(ino)).length;

/** The kernel's own name says which it is: what others have open, on whatever mount, is not touched. */
function networkOf(path: string): number | undefined {
  try {
    const [, ino] = /^net:\[(\d+)\]$/.exec(readlinkSync(path)) ?? [];
    return ino === undefined ? undefined : Number(ino);
  } catch {
    return undefined; // it was closed meanwhile
  }
}

/** A process may end while it is looked at; then it does not count. */
function everyProcess<T>(look: (pid: string) => T): T[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        return [look(pid)];
      } catch {
        return [];
      }
    });
}
