import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alternate, median, ratios } from './harness.ts';
import type { Row } from './table.ts';

const program = fileURLToPath(new URL('../packages/ovpnkit/bin/ovpnkit.js', import.meta.url));

/** The processor time of `ovpnkit status`, as a table for people against JSON for programs. */
export async function statusTable(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-status-'));
  try {
    return [...(await tableOf(folder, 10_000, 3)), ...(await tableOf(folder, 40_000, 1))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tableOf(folder: string, clients: number, rounds: number): Promise<Row[]> {
  const socket = join(folder, String(clients));
  const daemon = fork(join(import.meta.dirname, 'status-daemon.ts'), [socket, String(clients)]);
  try {
    await once(daemon, 'message');
    const samples = await alternate(rounds, {
      table: () => processorTime(socket),
      json: () => processorTime(socket, '--json'),
    });
    const [table, json] = [samples.table, samples.json].map(times => `${median(times).toFixed(0)} ms`);
    return [
      {
        figure: `ovpnkit status of ${clients.toLocaleString('en')} clients, processor time`,
        measured: table ?? '',
        baseline: `--json: ${json}`,
        ratios: ratios(samples.table, samples.json),
        target: { atMost: 2 },
      },
    ];
  } finally {
    await end(daemon);
  }
}

async function end(daemon: ChildProcess): Promise<void> {
  daemon.disconnect();
  await once(daemon, 'exit');
}

/** In milliseconds: of the program and of nothing else, which Node cannot tell of a child. */
function processorTime(socket: string, ...args: string[]): number {
  const command = [process.execPath, program, '--management', socket, 'status', ...args];
  const script = 'TIMEFORMAT="%U %S"; time "$@" > /dev/null';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...command], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const [user = NaN, system = NaN] = stderr.trim().split(' ').map(Number);
  return (user + system) * 1000;
}
