import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, quantile, type Samples } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { type ProgramsBed, program, withPrograms } from './stack-programs.ts';

const ROUNDS = 8;
/** A starter has another backend ready by then. */
const UNTIL_READY_MS = 3000;
/** Nobody in particular, who has no part in the services. */
const ordinary = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/** `ovpnkit session-start` of an ordinary user, from its start to its end, when the tunnel is connected. */
export async function stackCommand(): Promise<Row[]> {
  const [warm, cold]: [number[], number[]] = [[], []];
  await withPrograms(2, async bed => {
    const cache = join(bed.directory, 'cache'); // compiled code, as users have it after the first run
    mkdirSync(cache);
    chmodSync(cache, 0o1777);
    const files = bed.profiles.map((profile, index) => {
      const file = join(bed.directory, `profile${index}`);
      writeFileSync(file, profile);
      chmodSync(file, 0o644);
      return file;
    });
    for (let round = 0; round <= ROUNDS; round++) {
      await sleep(UNTIL_READY_MS);
      for (const [index, file] of files.entries()) {
        const took = await run(bed, 'session-start', '--config', file);
        if (round > 0) (index === 0 ? warm : cold).push(took);
      }
      for (const file of files) await run(bed, 'session-manage', '--config', file, '--disconnect');
    }
  });
  return [
    {
      figure: 'ovpnkit session-start, to its end',
      measured: `${milliseconds(warm)}; no backend ready: ${milliseconds(cold)}`,
      baseline: 'openvpn3 session-start: 1.25 s',
    },
  ];
}

/** Resolves with its milliseconds. */
async function run({ address, directory }: ProgramsBed, ...args: string[]): Promise<number> {
  const begun = performance.now();
  const [command = '', ...words] = [...ordinary, process.execPath, program, ...args];
  const child = spawn(command, words, {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DBUS_SYSTEM_BUS_ADDRESS: address,
      XDG_CACHE_HOME: join(directory, 'cache'),
    },
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`ovpnkit ${args.join(' ')} ended with ${code}`);
  return performance.now() - begun;
}

const milliseconds = (samples: Samples): string =>
  `${median(samples).toFixed(0)} ms (p90 ${quantile(samples, 0.9).toFixed(0)})`;
