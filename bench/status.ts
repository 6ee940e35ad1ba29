import assert from 'node:assert/strict';
import type { Client, Route, ServerStatus, Status } from '@ovpnkit/management';
import { createDecoder } from '../packages/management/dist/protocol/decoder.js';
import { createReplyAssembler } from '../packages/management/dist/protocol/reply.js';
import { createStatusBuilder } from '../packages/management/dist/protocol/status-parser.js';
import { alternate, median, ratios, timed } from './harness.ts';
import { inChunks, syntheticStatus } from './synthetic-status.ts';
import type { Row } from './table.ts';

/** The reply to `status 3` to the finished model, against the loop that one would write without a library. */
export async function status(): Promise<Row[]> {
  return [...(await statusOf(10_000, 10)), ...(await statusOf(100_000, 1))];
}

/** Each sample is of so many statuses in a row, so that the garbage of both sides is collected within it. */
async function statusOf(clients: number, times: number): Promise<Row[]> {
  const chunks = [...inChunks(syntheticStatus(clients), 1024)];
  checkSame(toStatus(chunks), toRows(chunks, typed));
  const samples = await alternate(11, {
    model: timed(() => inARow(times, () => toStatus(chunks))),
    same: timed(() => inARow(times, () => toRows(chunks, typed))),
    strings: timed(() => inARow(times, () => toRows(chunks, text))),
  });
  const [model = '', same = '', strings = ''] = [samples.model, samples.same, samples.strings].map(
    milliseconds => `${(median(milliseconds) / times).toFixed(1)} ms`,
  );
  const figure = `status 3 of ${clients.toLocaleString('en')} clients`;
  return [
    {
      figure,
      measured: model,
      baseline: `plain loop, same values: ${same}`,
      ratios: ratios(samples.model, samples.same),
      target: { atMost: 1.5 },
    },
    {
      figure,
      measured: model,
      baseline: `plain loop, all values strings: ${strings}`,
      ratios: ratios(samples.model, samples.strings),
    },
  ];
}

function inARow(times: number, work: () => unknown): unknown {
  let latest: unknown;
  for (let time = 0; time < times; time++) latest = work();
  return latest;
}

/** The way of `client.status()`, without its socket. */
function toStatus(chunks: readonly Buffer[]): Status | undefined {
  const decoder = createDecoder();
  const builder = createStatusBuilder();
  const reply = createReplyAssembler(['block'], { onRow: builder.push });
  for (const chunk of chunks) for (const frame of decoder.push(chunk)) reply.push(frame);
  return builder.finish();
}

/** What the baseline makes of a row that was split at its tabs. Nothing is checked. */
type Rows<C, R> = { client(fields: string[]): C; route(fields: string[]): R };

/** The baseline: cuts lines, splits rows, builds one object for each. */
function toRows<C, R>(chunks: readonly Buffer[], rows: Rows<C, R>): { clients: C[]; routes: R[] } {
  const clients: C[] = [];
  const routes: R[] = [];
  let carry = '';
  for (const chunk of chunks) {
    carry += chunk.toString('utf8');
    let start = 0;
    for (let end = carry.indexOf('\n'); end !== -1; end = carry.indexOf('\n', start)) {
      const fields = carry.slice(start, end - 1).split('\t');
      if (fields[0] === 'CLIENT_LIST') clients.push(rows.client(fields));
      else if (fields[0] === 'ROUTING_TABLE') routes.push(rows.route(fields));
      start = end + 1;
    }
    carry = carry.slice(start);
  }
  return { clients, routes };
}

/** The values that a user of the library gets, addresses as text. */
const typed = {
  client: (fields: string[]) => ({
    commonName: fields[1],
    realAddress: fields[2],
    virtualIpv4: fields[3] || undefined,
    virtualIpv6: fields[4] || undefined,
    bytesReceived: BigInt(fields[5] ?? ''),
    bytesSent: BigInt(fields[6] ?? ''),
    connectedSince: new Date(Number(fields[8]) * 1000),
    username: fields[9] === 'UNDEF' ? undefined : fields[9],
    cid: Number(fields[10]),
    peerId: Number(fields[11]),
    cipher: fields[12] || undefined,
  }),
  route: (fields: string[]) => ({
    virtualAddress: fields[1],
    address: fields[1],
    prefixLength: undefined,
    vid: undefined,
    cached: false,
    commonName: fields[2],
    realAddress: fields[3],
    lastReference: new Date(Number(fields[5]) * 1000),
  }),
};

const text = {
  client: (fields: string[]) => ({
    commonName: fields[1],
    realAddress: fields[2],
    virtualIpv4: fields[3],
    virtualIpv6: fields[4],
    bytesReceived: fields[5],
    bytesSent: fields[6],
    connectedSince: fields[8],
    username: fields[9],
    cid: fields[10],
    peerId: fields[11],
    cipher: fields[12],
  }),
  route: (fields: string[]) => ({
    virtualAddress: fields[1],
    commonName: fields[2],
    realAddress: fields[3],
    lastReference: fields[5],
  }),
};

/** Both must have come to the same, or the comparison means nothing. */
function checkSame(
  model: Status | undefined,
  plain: { clients: Record<keyof Client, unknown>[]; routes: Record<keyof Route, unknown>[] },
): void {
  const { clients, routes, malformed } = model as ServerStatus;
  assert.deepEqual(malformed, []);
  assert.deepEqual(plainly(clients), plainly(plain.clients));
  assert.deepEqual(plainly(routes), plainly(plain.routes));
}

const plainly = (rows: readonly object[]): string[] =>
  rows.map(row => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)));
