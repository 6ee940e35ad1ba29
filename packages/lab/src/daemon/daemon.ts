import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openvpnProgram } from '@ovpnkit/management/daemon';
import { inNamespace, type Namespace } from '../network/namespace.ts';
import { spawnTied } from '../process/tied-process.ts';
import { mergeLines, quote, safeArguments } from './configuration.ts';
import { loneLines } from './lone-daemon.ts';
import { isListening, managementEndpoint } from './management-endpoint.ts';

/** An `openvpn` process that can be started more than once. It dies with this process. */
export type Daemon = {
  readonly name: string;
  /** Path of the unix socket of the management interface, unless its lines put the interface on a TCP port. */
  readonly socket: string;
  readonly configPath: string;
  /** All that the daemon prints. Every start begins it anew. */
  readonly logPath: string;
  /** Of the running daemon itself; undefined while none runs. */
  readonly pid: number | undefined;
  /** Settles when the run that was started last has ended, with its exit code, or null after a signal or without a run. */
  readonly exited: Promise<number | null>;
  /** Resolves when the management interface listens; rejects with the end of the log when the daemon ends before. */
  start(): Promise<void>;
  /** Sends a signal that ends the daemon and waits for that. Does nothing when it does not run. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type DaemonOptions = {
  /** Where it runs and where its files go: `NAME.conf`, `NAME.log`, `NAME.sock`. */
  readonly directory: string;
  readonly name: string;
  /** The configuration. A `management` line is added unless there is one. */
  readonly lines: readonly string[];
  /** The network namespace to run in; the caller's when absent. */
  readonly namespace?: Namespace;
  /** The program, for `openvpnProgram`, which chooses one when it is absent. */
  readonly openvpn?: string | undefined;
};

/** The kernel keeps the path of a unix socket in 108 bytes, the last of them zero. */
const longestSocketPath = 107;
const startDeadlineMs = 30_000;
const stopRepeatMs = 1000;

/** Writes the configuration of a daemon and does not start it. Rejects when there is no such program. */
export async function createDaemon(options: DaemonOptions): Promise<Daemon> {
  const { directory, name, lines, namespace } = options;
  const [configPath, logPath] = [join(directory, `${name}.conf`), join(directory, `${name}.log`)];
  const ownSocket = join(directory, `${name}.sock`);
  const config = mergeLines([`management ${quote(ownSocket)} unix`], lines);
  const endpoint = managementEndpoint(config, directory);
  const socket = endpoint.type === 'unix' ? endpoint.path : ownSocket;
  if (Buffer.byteLength(socket) > longestSocketPath) {
    throw new RangeError(
      `The socket path ${socket} is longer than ${longestSocketPath} bytes; set TMPDIR to a shorter one`,
    );
  }
  await writeFile(configPath, `${config.join('\n')}\n`, { mode: 0o600 });

  const command = [openvpnProgram(options.openvpn), ...safeArguments(lines), '--config', configPath];
  let running: ChildProcess | undefined;
  let exited: Promise<number | null> = Promise.resolve(null);

  async function start(): Promise<void> {
    if (running) throw new Error(`The daemon ${name} runs already as process ${running.pid}; stop it first`);
    const chain = namespace === undefined ? command : inNamespace(namespace.path, command);
    const log = openSync(logPath, 'w', 0o600);
    const child = spawnTied(chain, {
      cwd: directory,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    running = child;
    let failure: Error | undefined;
    exited = new Promise(resolve => {
      const end = (code: number | null) => {
        running = undefined;
        resolve(code);
      };
      child.once('exit', end);
      child.once('error', error => {
        failure = error;
        // An error after the start (a signal that could not be sent) is no end.
        if (child.pid === undefined) end(null);
      });
    });

    const deadline = Date.now() + startDeadlineMs;
    while (running === child && child.pid !== undefined) {
      if (await isListening(child.pid, endpoint, directory)) return;
      if (Date.now() > deadline) {
        child.kill('SIGKILL');
        await exited;
        throw new Error(
          `The daemon ${name} did not open its management interface in time: ${await logTail(logPath)}`,
        );
      }
      await sleep(5);
    }
    const code = await exited;
    if (failure)
      throw new Error(`The daemon ${name} could not be started: ${failure.message}`, { cause: failure });
    const how = code === null ? `by ${child.signalCode}` : `with code ${code}`;
    throw new Error(
      `The daemon ${name} ended ${how} before its management interface was ready: ${await logTail(logPath)}`,
    );
  }

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const target = running;
    target?.kill(signal);
    // openvpn forgets a signal that comes between the opening of its management interface and its initialisation.
    const again = setInterval(() => target?.kill(signal), stopRepeatMs);
    return exited.finally(() => clearInterval(again));
  }

  return {
    name,
    socket,
    configPath,
    logPath,
    get pid() {
      return running?.pid;
    },
    get exited() {
      return exited;
    },
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
    },
  };
}

/**
 * Starts one daemon outside of any lab, in the caller's network namespace, for tests of the management interface
 * alone, with the configuration of `loneLines`: no tun device, no fixed port, no privileges.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const daemon = await createDaemon({ ...options, lines: await loneLines(options.lines) });
  await daemon.start();
  return daemon;
}

async function logTail(path: string): Promise<string> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).trim().split('\n');
  return lines.slice(-5).join(' | ') || 'it printed nothing';
}
