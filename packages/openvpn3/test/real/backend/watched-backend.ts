// A backend of which is known what it leaves behind.
import { chown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@ovpnkit/lab/testing';
import { unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import type { BackendProcess } from '../backend-process.ts';
import type { StartOptions, TestBed } from '../test-bed.ts';

export type Remains = {
  /** As a shell has it: 137 after SIGKILL. */
  readonly exitCode: number;
  /** What is in its temporary folder. */
  readonly files: readonly string[];
};

export const nothing: Remains = { exitCode: 0, files: [] };

export type Watched = {
  /** Waits for the end of the process and of its daemon, and gives what is left then. */
  remains(): Promise<Remains>;
  /** What is in its temporary folder now. */
  files(): Promise<string[]>;
};

/** With the exit code behind what the program printed, and a temporary folder of its own. */
const program =
  (folder: string) =>
  (root: string, node: string): string[] => [
    ...['sh', '-c', '( "$@"; echo "exit code $?" ) &', 'sh', 'env', `TMPDIR=${folder}`],
    ...[
      node,
      '--disable-sigusr1',
      `${root}/packages/openvpn3/bin/openvpn3-service-client.js`,
      '--no-daemonize',
    ],
  ];

let folders = 0;

async function watch<T extends Pick<BackendProcess, 'output'>>(
  { bus }: TestBed,
  start: (program: NonNullable<StartOptions['program']>) => Promise<T>,
  running: (started: T) => boolean,
): Promise<T & Watched> {
  const folder = join(bus.folder, `tmp${folders++}`);
  await mkdir(folder, { mode: 0o700 });
  await chown(folder, bus.user.uid, bus.user.gid);
  const started = await start(program(folder));
  // Not a copy, which would wait for the end from here on.
  return Object.assign(started, {
    files: () => readdir(folder),
    async remains() {
      const exitCode = await eventually(
        'the process ends',
        () => /exit code (\d+)/.exec(started.output())?.[1],
      );
      await eventually('no daemon is left', () => !running(started));
      return { exitCode: Number(exitCode), files: await readdir(folder) };
    },
  });
}

export const startWatched = (bed: TestBed, options: StartOptions = {}): Promise<Backend & Watched> =>
  watch(
    bed,
    program => bed.startBackend({ ...options, program }),
    backend => backend.daemons().length > 0,
  );

/** One that may not register. */
export const launchWatched = (bed: TestBed, options: StartOptions = {}): Promise<BackendProcess & Watched> =>
  watch(
    bed,
    program => bed.launch({ ...options, program }),
    started => started.processes().length > 0,
  );

export async function connected(bed: TestBed, backend: Backend, profile: string): Promise<void> {
  unwrap(await backend.confirm(bed.configurations.register(profile)));
  unwrap(await backend.call('Connect'));
  await backend.waitForStatus('CONN_CONNECTED');
}
