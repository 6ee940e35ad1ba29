// Measures a service of this package against the same one written with GDBus in C, in turn, with a client in C that
// costs next to nothing. `node packages/dbus/bench/run.ts [ROUNDS]` after `npm run build`; needs gcc and libglib2.0-dev.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from '../dist/index.js';
import { NAME } from './bench-interface.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const WARM_UP = 20_000;
const CALLS = 5000;
const PIPELINED = 30_000;
const SIGNALS = 30_000;

const folder = mkdtempSync(join(tmpdir(), 'ovpnkit-bench-'));
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const baseline = compile('gdbus-service.c', ['gio-2.0']);
const client = compile('load.c', []);
const services = {
  ours: [process.execPath, join(import.meta.dirname, 'service.ts')],
  gdbus: [baseline],
} as const;
type Which = keyof typeof services;
type Figures = {
  'round trip p50 (us)': number;
  'round trip p99 (us)': number;
  'calls/s, 64 in flight': number;
  'its CPU for one of those (us)': number;
  'signals/s, (uus)': number;
  'start to name (ms)': number;
  'resident at start (MiB)': number;
  'resident after all that (MiB)': number;
};

const address = await startDaemon();
const bus = await connect({ address });
const rounds: Record<Which, Figures[]> = { ours: [], gdbus: [] };
for (let round = 0; round < ROUNDS; round++) {
  // Whoever comes second has warm caches, so they take turns.
  const order: Which[] = round % 2 === 0 ? ['ours', 'gdbus'] : ['gdbus', 'ours'];
  for (const which of order) rounds[which].push(await measure(which));
}
report();
await bus.close();
process.exit();

async function measure(which: Which): Promise<Figures> {
  const [program, ...args] = services[which];
  const owned = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let appeared = false;
  const watch = await bus.watchName(NAME, owner => {
    if (owner !== undefined) {
      appeared = true;
      owned.resolve();
    } else if (appeared) released.resolve();
  });
  const started = performance.now();
  const service = spawn(program, [...args, address], { stdio: ['ignore', 'ignore', 'inherit'] });
  children.add(service);
  await owned.promise;
  const start = performance.now() - started;

  const residentAtStart = residentMiB(service.pid);
  // Both have warm code and warm caches when it counts.
  load('calls', WARM_UP);
  const [p50 = Number.NaN, p99 = Number.NaN] = load('latency', CALLS);
  const [callsPerSecond = Number.NaN] = load('calls', PIPELINED);
  const cpuBefore = cpuSeconds(service.pid);
  load('calls', PIPELINED);
  const cpu = ((cpuSeconds(service.pid) - cpuBefore) * 1e6) / PIPELINED;
  const [signalsPerSecond = Number.NaN] = load('signals', SIGNALS);

  const resident = residentMiB(service.pid);
  service.kill('SIGTERM');
  await once(service, 'exit');
  children.delete(service);
  await released.promise;
  await watch.close();
  return {
    'round trip p50 (us)': p50,
    'round trip p99 (us)': p99,
    'calls/s, 64 in flight': callsPerSecond,
    'its CPU for one of those (us)': cpu,
    'signals/s, (uus)': signalsPerSecond,
    'start to name (ms)': start,
    'resident at start (MiB)': residentAtStart,
    'resident after all that (MiB)': resident,
  };
}

/** The median of the rounds, and the median of the ratio within a round. */
function report(): void {
  console.log(`${ROUNDS} rounds, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
  console.log('| | ours | GDBus in C | ours / GDBus |\n|---|---|---|---|');
  const names = Object.keys(rounds.ours[0] ?? {}) as (keyof Figures)[];
  for (const name of names) {
    const [ours, gdbus] = [rounds.ours, rounds.gdbus].map(each => each.map(figures => figures[name]));
    const ratios = (ours ?? []).map((value, index) => value / (gdbus?.[index] ?? 1));
    console.log(
      `| ${name} | ${round(median(ours ?? []))} | ${round(median(gdbus ?? []))} | ${median(ratios).toFixed(2)} |`,
    );
  }
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

function quantile(sorted: readonly number[], at: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN;
}

/** Runs the client of load.c; its figures. */
function load(what: 'latency' | 'calls' | 'signals', count: number): number[] {
  const path = address.slice('unix:path='.length);
  return execFileSync(client, [path, what, String(count)], { encoding: 'utf8' })
    .trim()
    .split(' ')
    .map(Number);
}

/** User and system time of a process so far. */
function cpuSeconds(pid: number | undefined): number {
  const TICKS_PER_SECOND = 100;
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15).map(Number);
  return ((user ?? 0) + (system ?? 0)) / TICKS_PER_SECOND;
}

function residentMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function compile(source: string, packages: readonly string[]): string {
  const output = join(folder, source.replace('.c', ''));
  const options = { encoding: 'utf8' } as const;
  const flags =
    packages.length > 0 ? execFileSync('pkg-config', ['--cflags', '--libs', ...packages], options) : '';
  execFileSync('gcc', [
    '-O2',
    '-o',
    output,
    join(import.meta.dirname, source),
    ...flags.split(/\s+/).filter(Boolean),
  ]);
  return output;
}

async function startDaemon(): Promise<string> {
  const config = join(folder, 'bus.conf');
  const socket = join(folder, 'bus');
  writeFileSync(
    config,
    `<busconfig><type>session</type><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth>
    <policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`,
  );
  const daemon = spawn(
    'dbus-daemon',
    [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  children.add(daemon);
  await once(createInterface(daemon.stdout), 'line');
  return `unix:path=${socket}`;
}
