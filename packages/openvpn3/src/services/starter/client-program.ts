import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { serviceEnvironment } from '../host/service-environment.ts';

type CommandLine = readonly [path: string, ...args: string[]];

/** How a backend VPN client process is started. */
export type ClientProgram = {
  /** Gets the token as one more argument, and ends when the backend is in the background. */
  readonly start: CommandLine;
  /** Stays in the foreground, and reads the token from its standard input. */
  readonly warm: CommandLine;
};

const FOREGROUND_MS = 5000;

/**
 * Starts a backend, and resolves with the id of the process that was started, when that has ended: the backend itself is
 * in the background. Rejects with an Error that says what failed.
 */
export async function startClient({ start }: ClientProgram, token: string): Promise<number> {
  const [path, ...args] = start;
  let child: ChildProcess;
  try {
    child = spawn(path, [...args, token], {
      cwd: '/',
      env: serviceEnvironment(),
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: FOREGROUND_MS,
      killSignal: 'SIGKILL',
    });
    await once(child, 'exit');
  } catch (error) {
    throw new Error(`${path} could not be started: ${(error as Error).message}`, { cause: error });
  }
  const { pid, exitCode, signalCode, killed } = child;
  if (killed) throw new Error(`${path} did not go to the background within ${FOREGROUND_MS / 1000} s`);
  if (exitCode !== 0 || pid === undefined) throw new Error(`${path} ended with ${exitCode ?? signalCode}`);
  return pid;
}
