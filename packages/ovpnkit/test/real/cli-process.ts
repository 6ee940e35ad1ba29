// Runs the built program as users do: a process of its own.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { within } from '@ovpnkit/lab/testing';

export const program = join(import.meta.dirname, '../../bin/ovpnkit.js');

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A program that runs. What it has printed so far can be looked at. */
export type Running = {
  readonly child: ChildProcessWithoutNullStreams;
  readonly stdout: string;
  readonly stderr: string;
  /** Who awaits it waits for the end from then on, and not for ever. */
  readonly ended: Promise<Ended>;
};

/** Neither the tests' colours nor the developer's daemon. */
const { NO_COLOR, FORCE_COLOR, OVPNKIT_MANAGEMENT, NODE_OPTIONS, ...inherited } = process.env;

/** Starts a command that is killed at the end of the test. */
export function start(t: TestContext, command: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { env: { ...inherited, ...env } });
  t.after(() => child.kill('SIGKILL'));
  const running = {
    child,
    stdout: '',
    stderr: '',
    get ended() {
      return within(`the end of ${command.join(' ')}`, ended);
    },
  };
  child.stdout.setEncoding('utf8').on('data', text => {
    running.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    running.stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => {
    const { stdout, stderr } = running;
    return { code, stdout, stderr };
  });
  return running;
}

/** Starts `ovpnkit` with these arguments. */
export const startOvpnkit = (t: TestContext, args: readonly string[], env?: NodeJS.ProcessEnv): Running =>
  start(t, [process.execPath, program, ...args], env);

/** Runs `ovpnkit` to its end. */
export const ovpnkit = (t: TestContext, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> =>
  startOvpnkit(t, args, env).ended;
