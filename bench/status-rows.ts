import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { connect, type ManagementClient } from '@ovpnkit/management';
import { alternate, collect, median, ratios, type Samples } from './harness.ts';
import type { Row } from './table.ts';

/** How often the memory is looked at while a status comes in. */
const looks = 40;

/** The memory that a status takes at most while it is read row by row: it must not grow with the clients. */
export async function statusRows(): Promise<Row[]> {
  const [few, more, many] = [10_000, 100_000, 400_000];
  const samples = await alternate(3, {
    few: () => ask(few, streamed),
    more: () => ask(more, streamed),
    many: () => ask(many, streamed),
    whole: () => ask(more, whole),
  });
  const row = (clients: number, peak: Samples, rest: Pick<Row, 'target' | 'baseline' | 'ratios'>): Row => ({
    figure: `status rows of ${clients.toLocaleString('en')} clients`,
    measured: megabytes(peak),
    ...rest,
  });
  const baseline = `of ${few.toLocaleString('en')} clients: ${megabytes(samples.few)}`;
  const target = { atMost: 1.2 };
  return [
    row(more, samples.more, { baseline, ratios: ratios(samples.more, samples.few), target }),
    row(many, samples.many, { baseline, ratios: ratios(samples.many, samples.few), target }),
    row(more, samples.more, {
      baseline: `the whole status(): ${megabytes(samples.whole)}`,
      ratios: ratios(samples.more, samples.whole),
    }),
  ];
}

const megabytes = (bytes: Samples): string => `${(median(bytes) / 2 ** 20).toFixed(2)} MB`;

/** Tells `look` of every row that came, of `total`; resolves to how many came. */
type Consume = (client: ManagementClient, look: (row: number) => void) => Promise<number>;

/** Turns to other things now and then, as every consumer does that passes its rows on. */
const streamed: Consume = async (client, look) => {
  let rows = 0;
  for await (const { type } of client.statusRows()) {
    if (type === 'malformed') throw new Error('a row of the status is malformed');
    look(++rows);
    if (rows % 100 === 0) await turn();
  }
  return rows;
};

const whole: Consume = async (client, look) => {
  const status = await client.status();
  look(0);
  return status.mode === 'server' ? status.clients.length + status.routes.length : 0;
};

/** The most memory that was in use beyond what was before, after collections. */
async function ask(clients: number, consume: Consume): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'ovpnkit-bench-'));
  const path = join(directory, 'daemon.sock');
  const daemon = fork(join(import.meta.dirname, 'status-daemon.ts'), [path, String(clients)]);
  try {
    await Promise.race([once(daemon, 'message'), failure(daemon)]);
    const client = await connect({ path });
    const before = inUse();
    const every = Math.ceil((clients * 2.5) / looks);
    let peak = before;
    const rows = await consume(client, row => {
      if (row % every === 0) peak = Math.max(peak, inUse());
    });
    if (rows < clients * 2.5) throw new Error(`only ${rows} rows of ${clients} clients came`);
    await client.close();
    return peak - before;
  } finally {
    daemon.kill();
    await rm(directory, { recursive: true });
  }
}

async function failure(daemon: ChildProcess): Promise<never> {
  const [code] = await once(daemon, 'exit');
  throw new Error(`status-daemon.ts ended with code ${code} before it listened`);
}

function inUse(): number {
  collect();
  collect(); // buffers that the first one found dead count until the second
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
