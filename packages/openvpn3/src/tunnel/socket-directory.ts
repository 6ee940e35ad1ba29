import { lstat, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes a directory (0700) for the management socket of a daemon, after it has removed those of processes that were
 * killed before they could. Rejects when there is no place for one.
 */
export async function createSocketDirectory(): Promise<string> {
  const parent = tmpdir();
  const prefix = await ownPrefix();
  await removeStale(parent, prefix);
  return mkdtemp(join(parent, `${prefix}${process.pid}-`));
}

/** `openvpn3-` NAMESPACE `-`: containers that share a /tmp do not see each other's processes. */
const ownPrefix = async (): Promise<string> =>
  `openvpn3-${/\d+/.exec(await readlink('/proc/self/ns/pid'))?.[0]}-`;

async function removeStale(parent: string, prefix: string): Promise<void> {
  const names = (await readdir(parent)).filter(name => name.startsWith(prefix));
  await Promise.all(
    names.map(async name => {
      if (isAlive(Number.parseInt(name.slice(prefix.length), 10))) return;
      const path = join(parent, name);
      try {
        // What another user put there under such a name is none of our business.
        const status = await lstat(path);
        if (status.isDirectory() && status.uid === process.getuid?.())
          await rm(path, { recursive: true, force: true });
      } catch {
        // Another process removes it at the same time, or the next one will.
      }
    }),
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
