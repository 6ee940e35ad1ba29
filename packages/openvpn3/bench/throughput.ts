import { once } from 'node:events';
import { type Lab, runProgram, spawnTied } from '@ovpnkit/lab';
import { alternate, median, ratios, type Samples } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { startBareDaemon } from './bare-daemon.ts';
import { withBed } from './bed.ts';
import { withServer } from './server.ts';

const SECONDS = 3;

/** TCP through the tunnel of a backend, against the tunnel of the daemon alone with the same profile. */
export async function throughput(): Promise<Row[]> {
  const samples = await withServer(1, server =>
    withBed(async bed => {
      const namespace = server.namespace(0);
      const profile = await server.profile(0);
      const flow = () => megabits(namespace, server.lab);
      return alternate(5, {
        async backend() {
          const backend = await bed.start({ namespace });
          await backend.confirm(profile);
          const connected = backend.status('CONN_CONNECTED');
          await backend.call('Connect');
          await connected;
          const rate = await flow();
          await backend.end();
          return rate;
        },
        async daemon() {
          const daemon = await startBareDaemon(profile, namespace);
          await daemon.release();
          const rate = await flow();
          await daemon.end();
          return rate;
        },
      });
    }),
  );
  return [
    {
      figure: 'TCP through the tunnel',
      measured: rate(samples.backend),
      baseline: `the daemon alone: ${rate(samples.daemon)}`,
      ratios: ratios(samples.backend, samples.daemon),
      target: { atLeast: 0.95 },
    },
  ];
}

const rate = (samples: Samples): string => `${median(samples).toFixed(0)} Mbit/s`;

async function megabits(namespace: string, { server, tunnelAddress }: Lab): Promise<number> {
  // One for each flow: what it would still like to hear of the last one went with the tunnel.
  const sink = spawnTied(['nsenter', `--net=${server.namespace}`, 'iperf3', '--server', '--forceflush'], {
    stdio: ['ignore', 'pipe', 'ignore'], // it complains of its end
  });
  try {
    if (sink.stdout) await once(sink.stdout, 'data'); // it listens
    const client = ['iperf3', '--client', tunnelAddress, '--time', String(SECONDS), '--json'];
    const { stdout } = await runProgram(['nsenter', `--net=${namespace}`, ...client]);
    const report = JSON.parse(stdout) as { end?: { sum_received?: { bits_per_second: number } } };
    const received = report.end?.sum_received?.bits_per_second;
    if (received === undefined) throw new Error(`iperf3 measured nothing: ${stdout}`);
    return received / 1e6;
  } finally {
    sink.kill();
    await once(sink, 'exit');
  }
}
