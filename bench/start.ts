import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { alternate, median, ratios, type Samples, timed } from './harness.ts';
import type { Row } from './table.ts';

const program = fileURLToPath(new URL('../packages/ovpnkit/bin/ovpnkit.js', import.meta.url));

/** From the shell to the version of the program and back, against Node doing nothing. */
export async function start(): Promise<Row[]> {
  const figure = 'start: ovpnkit --version';
  if (!existsSync(program)) return [{ figure, measured: 'skipped: there is no program yet', baseline: '' }];
  const samples = await alternate(15, {
    program: timed(() => node(program, '--version')),
    nothing: timed(() => node('-e', '0')),
  });
  return [
    {
      figure,
      measured: milliseconds(samples.program),
      baseline: `node -e 0: ${milliseconds(samples.nothing)}`,
      ratios: ratios(samples.program, samples.nothing),
      target: { atMost: 1.5 },
    },
  ];
}

const milliseconds = (samples: Samples): string => `${median(samples).toFixed(1)} ms`;

function node(...args: string[]): void {
  const { status, error, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with code ${status}: ${stderr}`);
}
