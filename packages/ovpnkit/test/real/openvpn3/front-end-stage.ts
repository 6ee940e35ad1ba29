// The front end among the real services of OpenVPN 3 and a real server, as users run it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AccountsServerOptions, atEnd, within } from '@ovpnkit/lab/testing';
import { placeFor } from '../../../../openvpn3/test/real/backend-process.ts';
import {
  openServicesStage,
  type ServicesStage,
  type UserName,
  users,
} from '../../../../openvpn3/test/real/services-stage.ts';

export type { UserName } from '../../../../openvpn3/test/real/services-stage.ts';

export type RunOptions = {
  /** `games` when absent. */
  readonly as?: UserName;
  /** The lines of the standard input, which is no terminal. */
  readonly input?: readonly string[];
  /** What is typed on a terminal: each when the text before it is seen. The output is what the terminal shows. */
  readonly typed?: readonly (readonly [seen: string, text: string])[];
  readonly env?: Readonly<Record<string, string>>;
};

export type Screen = { readonly code: number | null; readonly output: string };

export type FrontEndProcess = {
  /** Standard output and standard error so far. */
  readonly output: () => string;
  readonly pid: number;
  /** Resolves when the output has this. */
  shows(text: string | RegExp): Promise<void>;
  readonly ended: Promise<Screen>;
  kill(signal: NodeJS.Signals): void;
};

export type FrontEndStage = ServicesStage & {
  /** The folder where commands run. */
  readonly desk: string;
  /** Writes a file there that everybody may read (and run), and gives its path. */
  file(name: string, text: string, mode?: number): Promise<string>;
  start(args: readonly string[], options?: RunOptions): Promise<FrontEndProcess>;
  run(args: readonly string[], options?: RunOptions): Promise<Screen>;
};

const PATIENCE_MS = 30_000;

export async function openFrontEndStage(
  t: TestContext,
  options: AccountsServerOptions = {},
): Promise<FrontEndStage> {
  const stage = await openServicesStage(t, options);
  const { bus } = stage;
  const desk = join(bus.folder, 'desk');
  await mkdir(desk);
  await chmod(desk, 0o755);

  async function start(args: readonly string[], run: RunOptions = {}): Promise<FrontEndProcess> {
    const { uid, gid } = users[run.as ?? 'games'];
    const { root, node, enter } = await placeFor(bus.user);
    const program = [node, `${root}/packages/ovpnkit/bin/ovpnkit.js`, ...args];
    const terminal = [
      'script',
      '--quiet',
      '--return',
      '--command',
      program.map(quote).join(' '),
      '/dev/null',
    ];
    const environment = { DBUS_SYSTEM_BUS_ADDRESS: bus.address, PATH: process.env.PATH ?? '', ...run.env };
    const [head = '', ...rest] = [
      ...enter,
      ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
      ...['env', '-i', ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)],
      ...(run.typed ? terminal : program),
    ];
    const child = spawn(head, rest, { cwd: desk });
    atEnd(t, () => child.kill('SIGKILL'));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        output += text.replaceAll('\r\n', '\n');
      });
    }
    const ended = once(child, 'close').then(([code]): Screen => ({ code, output }));
    async function shows(text: string | RegExp, from = 0): Promise<void> {
      const isShown = () =>
        typeof text === 'string' ? output.slice(from).includes(text) : text.test(output.slice(from));
      for (const due = Date.now() + PATIENCE_MS; !isShown(); await sleep(10)) {
        if (child.exitCode !== null && !isShown()) await sleep(50);
        if (isShown()) return;
        if (child.exitCode !== null || Date.now() > due) {
          throw new Error(`${args.join(' ')} did not show ${text}; it printed ${output}`);
        }
      }
    }
    child.stdin.on('error', () => {}); // it ended without reading all
    if (run.typed)
      void type(
        run.typed,
        shows,
        text => child.stdin.write(text),
        () => output.length,
      );
    else child.stdin.end((run.input ?? []).map(line => `${line}\n`).join(''));
    const kill = (signal: NodeJS.Signals) => void child.kill(signal);
    return {
      pid: child.pid ?? 0,
      output: () => output,
      shows,
      get ended() {
        return within(`the end of ${args.join(' ')}`, ended);
      },
      kill,
    };
  }

  return {
    ...stage,
    desk,
    start,
    run: async (args, run) => (await start(args, run)).ended,
    async file(name, text, mode = 0o644) {
      const path = join(desk, name);
      await writeFile(path, text);
      await chmod(path, mode);
      return path;
    },
  };
}

async function type(
  typed: readonly (readonly [seen: string, text: string])[],
  shows: (text: string, from: number) => Promise<void>,
  write: (text: string) => void,
  length: () => number,
): Promise<void> {
  let from = 0;
  for (const [seen, text] of typed) {
    try {
      await shows(seen, from);
    } catch {
      return; // what it printed fails the test
    }
    from = length();
    write(`${text}\r`);
  }
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
