import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The name of a lab's directory says who owns it: `ovpnkit-lab-` NAMESPACE `-` PID `-` RANDOM. The namespace is the
 * one that the process id belongs to: containers that share a /tmp do not see each other's processes.
 */
const prefix = () => `ovpnkit-lab-${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]}-`;

/** Makes a directory (0700) for a lab of this process, after it has removed those of processes that were killed. */
export function createLabDirectory(): string {
  removeStaleDirectories();
  return mkdtempSync(join(tmpdir(), `${prefix()}${process.pid}-`));
}

function removeStaleDirectories(): void {
  const [parent, start] = [tmpdir(), prefix()];
  for (const name of readdirSync(parent).filter(name => name.startsWith(start))) {
    const path = join(parent, name);
    const pid = Number(name.slice(start.length).split('-', 1)[0]);
    const status = lstatSync(path, { throwIfNoEntry: false });
    // /tmp belongs to everybody: what another user put there under such a name is none of our business.
    if (!status?.isDirectory() || status.uid !== process.getuid?.()) continue;
    if (pid > 0 && !isAlive(pid)) remove(path);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another lab removes it at the same time, or the next one will.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as somebody else. A process id that was given out again only delays the removal.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
