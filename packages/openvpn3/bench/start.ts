import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { alternate, median, ratios, type Samples } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { withBed } from './bed.ts';

const script = fileURLToPath(new URL('../bin/openvpn3-service-client.js', import.meta.url));

/** From the start of the program to its RegistrationRequest, against Node that runs nothing, and against its modules. */
export async function start(): Promise<Row[]> {
  const samples = await withBed(async bed => {
    const startWith = async (command?: readonly string[]): Promise<number> => {
      const backend = await bed.start(command === undefined ? {} : { command });
      await backend.end();
      return backend.startMs;
    };
    return alternate(15, {
      bundle: () => startWith(),
      modules: () => startWith([process.execPath, script, '--no-daemonize']),
      node() {
        const started = performance.now();
        spawnSync(process.execPath, ['-e', '0'], { env: {} });
        return performance.now() - started;
      },
    });
  });
  const figure = 'start to RegistrationRequest';
  const measured = milliseconds(samples.bundle);
  return [
    {
      figure,
      measured,
      baseline: `node -e 0: ${milliseconds(samples.node)}`,
      ratios: ratios(samples.bundle, samples.node),
    },
    {
      figure,
      measured,
      baseline: `without bundle and code cache: ${milliseconds(samples.modules)}`,
      ratios: ratios(samples.bundle, samples.modules),
    },
  ];
}

const milliseconds = (samples: Samples): string => `${median(samples).toFixed(1)} ms`;
