import { runProgram } from '../process/program.ts';
import { inNamespace } from './namespace.ts';

/**
 * Sends `count` echo requests with `size` bytes of data from a network namespace, each as soon as the one before was
 * answered, and resolves with the number of answers. Without a route that is 0 at once.
 */
export async function ping(namespace: string, address: string, count: number, size: number): Promise<number> {
  const options = ['-n', '-q', '-A', '-c', String(count), '-s', String(size), '-W', '2'];
  const { stdout, stderr } = await runProgram(inNamespace(namespace, ['ping', ...options, address]));
  const received = /, (\d+) received/.exec(stdout)?.[1];
  if (received !== undefined) return Number(received);
  if (/unreachable/i.test(stderr)) return 0;
  throw new Error(`No ping could be sent to ${address}: ${stderr.trim()}`);
}
