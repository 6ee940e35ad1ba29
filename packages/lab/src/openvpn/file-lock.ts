import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { environment } from '../process/program.ts';

/**
 * Does the work while no other process does any under the same lock, and gives its result. The file is made when it is
 * missing, and stays. A process that ends in whatever way lets go of its lock. Rejects as the work does, or with an Error when
 * there can be no lock.
 *
 * @since 0.1.0
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  // The lock belongs to a child, as Node.js has none; it says when it has it, and ends at the end of its input.
  const child = spawn('flock', [path, 'sh', '-c', 'echo && exec cat'], {
    env: environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => {});
  const exited = once(child, 'exit');
  try {
    const locked = await Promise.race([
      once(child.stdout, 'data').then(() => true),
      exited.then(() => false),
    ]);
    if (!locked) throw new Error(`The file ${path} could not be locked; look whether you may write it`);
    return await work();
  } finally {
    child.stdin.end();
    await exited.catch(() => {});
  }
}
