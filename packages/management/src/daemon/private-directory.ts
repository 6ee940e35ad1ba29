import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes a directory that only this user may enter (0700), below `parent` or else the system's folder for temporary files,
 * and gives its path. It is called `PREFIX-NAMESPACE-PID-RANDOM`: those of processes that were killed before they could
 * remove theirs go first. The namespace is the one that the process id belongs to: containers that share a /tmp do not
 * see each other's processes. Linux only.
 *
 * Throws the system's error when there is no place for it.
 *
 * @since 0.1.0
 */
export function privateDirectory(prefix: string, parent: string = tmpdir()): string {
  const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  const start = `${prefix}-${namespace}-`;
  removeStale(parent, start);
  return mkdtempSync(join(parent, `${start}${process.pid}-`));
}

function removeStale(parent: string, start: string): void {
  for (const name of readdirSync(parent).filter(each => each.startsWith(start))) {
    const pid = Number(name.slice(start.length).split('-', 1)[0]);
    if (!(pid > 0) || isAlive(pid)) continue;
    const path = join(parent, name);
    try {
      // /tmp belongs to everybody: what another user put there under such a name is none of our business.
      const status = lstatSync(path);
      if (status.isDirectory() && status.uid === process.getuid?.())
        rmSync(path, { recursive: true, force: true });
    } catch {
      // Another process removes it at the same time, or the next one will.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as somebody else. A process id that was given out again only delays the removal.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
