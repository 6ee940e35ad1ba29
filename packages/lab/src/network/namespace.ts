import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { environment } from '../process/program.ts';

/**
 * A network namespace without a name and without a process: an open file descriptor of ours keeps it alive. So the
 * kernel removes it, and every interface in it, when this process ends in whatever way, and no lab ever writes to
 * /run/netns or to the namespace of the host.
 */
export type Namespace = {
  /** For `nsenter --net=PATH` and `ip link set ... netns PATH`, from any process of the same user. Throws when closed. */
  readonly path: string;
  /** Lets go of it: the namespace is gone when the last process in it has ended. */
  close(): void;
};

export async function createNamespace(): Promise<Namespace> {
  // `cat` answers when the namespace exists, and ends at the end of its input: also when this process is killed here.
  const child = spawn('unshare', ['--net', 'cat'], { env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = once(child, 'close');
  let errors = '';
  child.stderr.on('data', chunk => {
    errors += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.write('.');
  const ready = await Promise.race([once(child.stdout, 'data').then(() => true), exited.then(() => false)]);
  if (!ready) throw new Error(`A network namespace could not be made (run as root): ${errors.trim()}`);
  let descriptor: number;
  try {
    descriptor = openSync(`/proc/${child.pid}/ns/net`, 'r');
  } finally {
    child.stdin.end();
  }
  await exited;
  return {
    get path() {
      // The number may be another file's by now, or the namespace of another lab.
      if (descriptor < 0)
        throw new Error('The network namespace is closed, and with it its lab; make another lab');
      return `/proc/${process.pid}/fd/${descriptor}`;
    },
    close() {
      if (descriptor >= 0) closeSync(descriptor);
      descriptor = -1;
    },
  };
}

/** The command, run in that namespace. */
export const inNamespace = (path: string, command: readonly string[]): string[] => [
  'nsenter',
  `--net=${path}`,
  ...command,
];
