import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { environment } from './program.ts';

/**
 * Runs a program that the kernel kills when this process ends, SIGKILL included. The process id is the program's own:
 * every link of the chain replaces itself by the next.
 *
 * The kernel sends the signal at the death of the parent from the moment it was asked to, so the shell makes sure that
 * the parent was still there after that. It ties a child to the *thread* that started it: a lab made by a worker
 * thread ends with the worker. A program that changes its user afterwards is tied no longer.
 */
export function spawnTied(command: readonly string[], options: SpawnOptions): ChildProcess {
  const guard = '[ "$PPID" = "$1" ] || exit 1; shift; exec "$@"';
  return spawn('setpriv', ['--pdeathsig', 'KILL', 'sh', '-c', guard, 'sh', String(process.pid), ...command], {
    ...options,
    env: environment(),
  });
}
