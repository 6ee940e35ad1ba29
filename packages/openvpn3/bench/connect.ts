import { alternate, median, quantile, ratios, type Samples } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { startBareDaemon } from './bare-daemon.ts';
import { withBed } from './bed.ts';
import { withServer } from './server.ts';

/** From Connect to CONN_CONNECTED, against the bare daemon from `hold release` to CONNECTED on the same server. */
export async function connect(): Promise<Row[]> {
  const samples = await withServer(1, server =>
    withBed(async bed => {
      const namespace = server.namespace(0);
      const profile = await server.profile(0);
      return alternate(15, {
        async backend() {
          const backend = await bed.start({ namespace });
          await backend.confirm(profile);
          const connected = backend.status('CONN_CONNECTED');
          const started = performance.now();
          await backend.call('Connect');
          const ms = (await connected) - started;
          await backend.end();
          return ms;
        },
        async daemon() {
          const daemon = await startBareDaemon(profile, namespace);
          const ms = await daemon.release();
          await daemon.end();
          return ms;
        },
      });
    }),
  );
  return [
    {
      figure: 'Connect to CONN_CONNECTED',
      measured: milliseconds(samples.backend),
      baseline: `the daemon alone: ${milliseconds(samples.daemon)}`,
      ratios: ratios(samples.backend, samples.daemon),
      target: { atMost: 1.5 },
    },
  ];
}

const milliseconds = (samples: Samples): string =>
  `${median(samples).toFixed(1)} ms (p90 ${quantile(samples, 0.9).toFixed(1)})`;
