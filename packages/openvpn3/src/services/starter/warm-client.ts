import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { serviceEnvironment } from '../host/service-environment.ts';
import type { ClientProgram } from './client-program.ts';

/** A backend that is started ahead and waits for its token, so that a session need not wait for a program to start. */
export type WarmClient = {
  /** Starts one, unless there is one. */
  prepare(): void;
  /** Gives it the token; resolves with its process. `undefined` when there is none: start a backend as usual then. */
  take(token: string): Promise<ChildProcess | undefined>;
  /** Ends the one that waits, for good. */
  close(): void;
};

type WaitingProcess = ChildProcessByStdio<Writable, null, null>;

/**
 * Nothing is started before `prepare`. One that waits ends with this process, whatever ends it, for its standard input
 * does; one that has its token lives on. `ended` is told of one that ends while it waits.
 */
export function createWarmClient(
  { warm: [path, ...args] }: ClientProgram,
  ended: (reason: string) => void,
): WarmClient {
  let waiting: WaitingProcess | undefined;
  let closed = false;

  return {
    prepare() {
      if (waiting || closed) return;
      let child: WaitingProcess;
      try {
        child = spawn(path, args, {
          cwd: '/',
          env: serviceEnvironment(),
          stdio: ['pipe', 'inherit', 'inherit'],
          detached: true,
        });
      } catch (error) {
        ended(`could not be started: ${(error as Error).message}`);
        return;
      }
      waiting = child;
      child.unref();
      const forget = (reason: string) => {
        if (waiting !== child) return;
        waiting = undefined;
        ended(reason);
      };
      child.once('error', error => forget(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => forget(`ended with ${code ?? signal}`));
      // That it has gone is seen when the token is written.
      child.stdin.on('error', () => {});
    },
    async take(token) {
      const child = waiting;
      waiting = undefined;
      if (child?.pid === undefined) return undefined;
      const problem = await new Promise<Error | null | undefined>(resolve =>
        child.stdin.end(`${token}\n`, (error?: Error | null) => resolve(error)),
      );
      if (!problem) return child;
      ended(`did not take its token: ${problem.message}`);
      return undefined;
    },
    close() {
      closed = true;
      const child = waiting;
      waiting = undefined;
      child?.stdin.end();
    },
  };
}
