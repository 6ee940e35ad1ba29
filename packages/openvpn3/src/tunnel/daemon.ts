import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type ManagementClient } from '@ovpnkit/management';
import { howToNameOpenvpn, openvpnProgram, privateDirectory } from '@ovpnkit/management/daemon';
import { noticeRefusals } from './proxy-refusals.ts';

/** An `openvpn` process of ours. It ends by itself when this process does, for it is a `management-client`. */
export type Daemon = {
  readonly pid: number;
  readonly client: ManagementClient;
  /** Settles when it is gone, with how it ended in words. */
  readonly exited: Promise<string>;
  /** Asks it to end, more and more firmly. */
  stop(): void;
};

export type DaemonStart = {
  /** The openvpn program, as the administrator named it; undefined: the one that `openvpnProgram` finds. */
  readonly program: string | undefined;
  /** Makes the configuration, given the path of the management socket. */
  readonly configuration: (managementSocket: string) => string;
  /** Ends a daemon that is still starting. */
  readonly signal: AbortSignal;
  /** An HTTP proxy does not take the credentials that it was given. The daemon is ended, for it hears nothing any more. */
  readonly proxyRefused: () => void;
};

/** Why there is no daemon: the configuration is at fault, or something else. */
export type DaemonFailure = { readonly failure: 'configuration' | 'unavailable'; readonly text: string };

/** A part of the registration, for which the session manager waits five seconds. */
const START_DEADLINE_MS = 4000;
/** DNS and TCP connections block the daemon. */
const COMMAND_TIMEOUT_MS = 30_000;
const OUTPUT_KEPT = 8192;
/** From a polite signal to the next less polite one. */
const PATIENCE_MS = 2000;

/**
 * Starts a daemon that waits to be released, and says so in its first event. Its configuration goes to its standard input, so no profile is ever in a
 * file; the socket's directory is removed as soon as it has connected.
 */
export async function startDaemon(start: DaemonStart): Promise<Daemon | DaemonFailure> {
  // Not the caller's own signal: the connection lives longer than the start.
  const starting = new AbortController();
  const giveUp = (): void => starting.abort(start.signal.reason);
  const late = setTimeout(
    () => starting.abort(new Error(`it was not ready within ${START_DEADLINE_MS} ms`)),
    START_DEADLINE_MS,
  );
  start.signal.addEventListener('abort', giveUp);
  let program: string | undefined;
  let directory: string | undefined;
  try {
    program = openvpnProgram(start.program);
    directory = privateDirectory('openvpn3');
    return await startIn(directory, { ...start, program }, starting);
  } catch (error) {
    starting.abort(error);
    // Which program there is not, its error says itself.
    if (program === undefined) return { failure: 'unavailable', text: (error as Error).message };
    return failureOf(program, error, '');
  } finally {
    clearTimeout(late);
    start.signal.removeEventListener('abort', giveUp);
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }
}

async function startIn(
  directory: string,
  { program, configuration, proxyRefused }: DaemonStart & { readonly program: string },
  starting: AbortController,
): Promise<Daemon | DaemonFailure> {
  const socket = join(directory, 'socket');
  const text = configuration(socket);
  // It listens before the daemon can dial.
  const connecting = connect({
    listen: { path: socket },
    signal: starting.signal,
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
  });
  connecting.catch(() => {}); // nobody waits for it when the program cannot be run at all
  const child = spawnDaemon(program, text);
  const output = collect(child);
  const exited = exitOf(child, reason => starting.abort(reason));
  try {
    const client = await connecting;
    // Announced first, for it decides how questions look.
    await Promise.all([
      client.announceVersion(3),
      client.state('on'),
      client.log('on'),
      client.bytecount(BYTECOUNT_SECONDS),
    ]);
    if (/^http-proxy /m.test(text)) {
      const notice = noticeRefusals(() => {
        child.kill();
        proxyRefused();
      });
      child.stdout?.on('data', chunk => notice(chunk.toString('latin1')));
    } else {
      // From now on it says the same over the connection. It ignores SIGPIPE.
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    }
    return { pid: child.pid ?? 0, client, exited, stop: () => void stop(child, client, exited) };
  } catch (error) {
    child.kill('SIGKILL');
    // A child of its own may hold them open.
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    await exited;
    return failureOf(program, error, output());
  }
}

const BYTECOUNT_SECONDS = 1;

/** Nothing of our own environment reaches it. */
function spawnDaemon(program: string, configuration: string): ChildProcess {
  const child = spawn(program, ['--config', 'stdin'], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
  });
  child.stdin?.on('error', () => {}); // it ended before it had read everything: its exit tells
  child.stdin?.end(configuration);
  return child;
}

/** The end of what it prints, which is all that there is before it has connected. */
function collect(child: ChildProcess): () => string {
  let text = '';
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-OUTPUT_KEPT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => text;
}

/** `noticed` gets the error of a program that could not be run. */
function exitOf(child: ChildProcess, noticed: (error: Error) => void): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.once('error', error => {
    if (child.pid !== undefined) return; // a signal that could not be sent is no end
    noticed(error);
    resolve(error.message);
  });
  child.once('close', (code, signal) => {
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    noticed(new Error(`it ${how}`));
    resolve(how);
  });
  return promise;
}

async function stop(child: ChildProcess, client: ManagementClient, exited: Promise<string>) {
  let gone = false;
  const wait = (): Promise<unknown> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, PATIENCE_MS);
    void exited.then(() => {
      gone = true;
      clearTimeout(timer);
      resolve();
    });
    return promise;
  };
  client.signal('SIGTERM').catch(() => {});
  await wait();
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (gone) break;
    child.kill(signal);
    await wait();
  }
  await client.close();
}

function failureOf(program: string, error: unknown, output: string): DaemonFailure {
  const complaint = /^(?:.*? )?Options error: (.*)$/m.exec(output)?.[1];
  if (complaint !== undefined) return { failure: 'configuration', text: complaint.trim() };
  const { syscall, code } = error as NodeJS.ErrnoException;
  if (syscall?.startsWith('spawn')) {
    const text = `The OpenVPN daemon ${program} cannot be run (${code}); ${howToNameOpenvpn}`;
    return { failure: 'unavailable', text };
  }
  const last = output.trim().split('\n').at(-1);
  const why = last || (error instanceof Error ? error.message : String(error));
  return { failure: 'unavailable', text: `The OpenVPN daemon ${program} did not start: ${why}` };
}
