import assert from 'node:assert/strict';
import { styleText } from 'node:util';
import { parseStatus, type ServerStatus } from '@ovpnkit/management';
import { createWatched } from '../packages/ovpnkit/src/watch/model.ts';
import { startNavigation } from '../packages/ovpnkit/src/watch/navigation.ts';
import { type Frame, renderWatch } from '../packages/ovpnkit/src/watch/view.ts';
import { collect, median, type Samples } from './harness.ts';
import { syntheticStatus } from './synthetic-status.ts';
import type { Row } from './table.ts';

const clients = 10_000;
const frames = 20;
const rounds = 21;
const allowedMs = 10;
const style: Frame['style'] = (format, text) => styleText(format, text, { validateStream: false });

/** The processor time of one frame of `watch`, on a terminal of 200 by 60. */
export async function watch(): Promise<Row[]> {
  const status = readStatus();
  return [
    row('a frame', measure(status, false)),
    row('the frame after a key that sorts anew', measure(status, true)),
  ];
}

function row(what: string, samples: Samples): Row {
  return {
    figure: `watch: ${what}, ${clients.toLocaleString('en')} clients`,
    measured: `${median(samples).toFixed(2)} ms`,
    baseline: `allowed: ${allowedMs} ms`,
    ratios: samples.map(sample => sample / allowedMs),
    target: { atMost: 1 },
  };
}

function readStatus(): ServerStatus {
  const lines = [...syntheticStatus(clients)].map(line => line.trimEnd()).filter(line => line !== 'END');
  const status = parseStatus(lines);
  if (status?.mode !== 'server') throw new Error('the synthetic status is none of a server');
  return status;
}

/** One sample a round, each after a status. What the model learns is not counted, only what is drawn. */
function measure(status: ServerStatus, isSortedAnew: boolean): Samples {
  const { model, apply } = createWatched('unix:/run/openvpn/server.sock', 900);
  const [first, second] = [startNavigation('busiest'), startNavigation('since')];
  let at = Date.now();
  const learn = (): void => {
    at += 1000;
    const clients = status.clients.map((client, index) => ({
      ...client,
      bytesReceived: client.bytesReceived + BigInt((at * (index % 977)) % 1_000_000),
    }));
    apply({ type: 'status', status: { ...status, clients } }, new Date(at));
  };
  const frame = (): Frame => ({ columns: 200, rows: 60, now: new Date(at), notes: [], style });
  const draw = (count: number): void => {
    const navigation = isSortedAnew && count % 2 === 1 ? second : first;
    assert.ok(renderWatch(model, navigation, frame()).lines.length > 50);
  };
  const samples: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    learn();
    collect();
    const before = process.cpuUsage();
    for (let count = 0; count < frames; count++) draw(count);
    const { user, system } = process.cpuUsage(before);
    // The first round warms up.
    if (round > 0) samples.push((user + system) / 1000 / frames);
  }
  return samples;
}
