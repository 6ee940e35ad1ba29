import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { connect } from '@ovpnkit/management';
import { alternate, median, quantile, ratios, type Samples } from './harness.ts';
import { withHeldDaemon } from './held-daemon.ts';
import type { Row } from './table.ts';

const commands = 5000;

/** One `pid` after the other against a real daemon, against a bare socket that writes and waits for the line end. */
export async function pid(): Promise<Row[]> {
  // The daemon grants one connection, so they take turns.
  const samples = await withHeldDaemon(path =>
    alternate(15, { client: () => clientLatencies(path), socket: () => socketLatencies(path) }),
  );
  return [
    { ...compare(0.5, samples.client, samples.socket), target: { atMost: 1.25 } },
    compare(0.99, samples.client, samples.socket),
  ];
}

function compare(share: number, client: readonly Samples[], socket: readonly Samples[]): Row {
  const [measured, baseline] = [client, socket].map(rounds => rounds.map(round => quantile(round, share)));
  return {
    figure: `pid round trip, p${share * 100}`,
    measured: microseconds(measured),
    baseline: `bare socket: ${microseconds(baseline)}`,
    ratios: ratios(measured ?? [], baseline ?? []),
  };
}

const microseconds = (milliseconds: Samples = []): string => `${(median(milliseconds) * 1000).toFixed(1)} µs`;

async function clientLatencies(path: string): Promise<Samples> {
  const client = await connect({ path });
  const latencies: number[] = [];
  for (let index = 0; index < commands; index++) {
    const start = performance.now();
    await client.pid();
    latencies.push(performance.now() - start);
  }
  await client.close();
  return latencies;
}

async function socketLatencies(path: string): Promise<Samples> {
  const socket = connectSocket(path);
  await once(socket, 'data'); // the greeting
  const latencies = await askByHand(socket);
  socket.destroy();
  await once(socket, 'close');
  return latencies;
}

function askByHand(socket: Socket): Promise<Samples> {
  const latencies: number[] = [];
  return new Promise(resolve => {
    let start = 0;
    const ask = (): void => {
      start = performance.now();
      socket.write('pid\n');
    };
    socket.on('data', (chunk: Buffer) => {
      if (chunk.at(-1) !== 0x0a) return; // the rest of the line is yet to come
      latencies.push(performance.now() - start);
      if (latencies.length < commands) ask();
      else resolve(latencies);
    });
    ask();
  });
}
