import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@ovpnkit/management';
import { quantile, type Samples } from './harness.ts';
import type { Row } from './table.ts';

const sessions = 100;
const eventsPerSecond = 1000;
const commands = 1000;
const allowedMs = 0.3;

/** A command through a hub that passes every event of a busy daemon on to a hundred programs, against no hub. */
export async function hub(): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const [daemonPath, hubPath] = [join(directory, 'daemon'), join(directory, 'hub')];
  const daemon = fork(join(import.meta.dirname, 'event-daemon.ts'), [daemonPath, String(eventsPerSecond)]);
  await once(daemon, 'message');
  try {
    const direct = await latencies(daemonPath, true);
    const program = await startHub(daemonPath, hubPath);
    const listeners = await Promise.all(Array.from({ length: sessions }, () => listen(hubPath)));
    const through = await latencies(hubPath, false);
    const [p50, baseline] = [quantile(through, 0.5), quantile(direct, 0.5)];
    const equal = await countEqual(daemon, listeners);
    program.kill();
    await once(program, 'exit');
    return [
      {
        figure: `hub: ${sessions} sessions, ${eventsPerSecond} events/s: a command takes longer by, p50`,
        measured: `${((p50 - baseline) * 1000).toFixed(0)} µs (p99 ${(quantile(through, 0.99) * 1000).toFixed(0)} µs in all)`,
        baseline: `allowed: ${allowedMs * 1000} µs; without a hub: ${(baseline * 1000).toFixed(0)} µs`,
        ratios: [(p50 - baseline) / allowedMs],
        target: { atMost: 1 },
      },
      {
        figure: `hub: sessions that got all events since they subscribed, in order`,
        measured: String(equal),
        baseline: `sessions: ${sessions}`,
        ratios: [equal / sessions],
        target: { atLeast: 1 },
      },
    ];
  } finally {
    daemon.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The latency of `pid` in the midst of the events; `log` subscribes to them. */
async function latencies(path: string, log: boolean): Promise<Samples> {
  const client = await connect({ path });
  client.on('LOG', () => {});
  if (log) await client.raw('log on');
  const samples: number[] = [];
  for (let index = 0; index < commands; index++) {
    const start = performance.now();
    await client.pid();
    samples.push(performance.now() - start);
    await sleep(2); // one command every now and then, as programs send them
  }
  await client.close();
  return samples;
}

async function startHub(upstream: string, path: string): Promise<ChildProcess> {
  const program = join(import.meta.dirname, '../packages/ovpnkit/bin/ovpnkit.js');
  const args = [program, '--management', `unix:${upstream}`, 'hub', '--listen', `unix:${path},role=admin`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.stdout.resume();
  return child;
}

type Listener = { readonly socket: Socket; readonly numbers: number[] };

/** A program that wants the log, and remembers the numbers of its lines. */
async function listen(path: string): Promise<Listener> {
  const socket = dial(path);
  const numbers: number[] = [];
  let rest = '';
  socket.on('data', chunk => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines)
      if (line.startsWith('>LOG:')) numbers.push(Number(line.slice(line.lastIndexOf(' '))));
  });
  await once(socket, 'data');
  socket.write('log on\n');
  return { socket, numbers };
}

async function countEqual(daemon: ChildProcess, listeners: readonly Listener[]): Promise<number> {
  daemon.send('stop');
  const [sent] = (await once(daemon, 'message')) as [number];
  const last = sent - 1;
  for (let wait = 0; wait < 500 && listeners.some(({ numbers }) => numbers.at(-1) !== last); wait++)
    await sleep(10);
  for (const { socket } of listeners) socket.destroy();
  const whole = ({ numbers: [first = 0, ...others] }: Listener) =>
    others.every((number, index) => number === first + index + 1) && others.at(-1) === last;
  return listeners.filter(whole).length;
}
