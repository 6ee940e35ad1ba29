import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { type Bus, type BusOptions, connect } from '@ovpnkit/dbus';
import { within } from './waiting.ts';

/** A real dbus-daemon of the test's own, on which everybody may do everything. */
export type PrivateBus = {
  readonly address: string;
  /** Where it lives: its socket, and files of the test. */
  readonly folder: string;
  /** Connects, and closes when the test ends. */
  connect(options?: Omit<BusOptions, 'address'>): Promise<Bus>;
  /** Ends the daemon with a signal, and resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Starts a daemon at the same address again. */
  start(): Promise<void>;
};

const config = (
  socket: string,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="false"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
`;

/** Starts one; it ends with the test. `connectTo` is the library whose connections are wanted. */
export async function startBus(t: TestContext, connectTo: typeof connect = connect): Promise<PrivateBus> {
  const folder = await mkdtemp(join(tmpdir(), 'ovpnkit-bus-'));
  // Other local users are callers too.
  await chmod(folder, 0o755);
  const socket = join(folder, 'bus');
  const file = join(folder, 'bus.conf');
  await writeFile(file, config(socket));
  let daemon = await run(file);
  const connections: Bus[] = [];
  t.after(async () => {
    for (const each of connections) await each.close();
    daemon.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  const address = `unix:path=${socket}`;
  return {
    address,
    folder,
    async connect(options = {}) {
      const bus = await connectTo({ connectTimeoutMs: 60_000, ...options, address });
      connections.push(bus);
      return bus;
    },
    async kill(signal) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) return;
      const exit = once(daemon, 'exit');
      daemon.kill(signal);
      await exit;
    },
    signal: signal => void daemon.kill(signal),
    async start() {
      await rm(socket, { force: true });
      daemon = await run(file);
    },
  };
}

/** Resolves when the daemon has printed its address: then it listens. */
async function run(file: string) {
  const daemon = spawn(
    'dbus-daemon',
    [`--config-file=${file}`, '--nofork', '--nopidfile', '--print-address'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const end = () => void daemon.kill('SIGKILL');
  process.once('exit', end);
  daemon.once('exit', () => process.off('exit', end));
  const failed = once(daemon, 'exit').then(([code]) => {
    throw new Error(`dbus-daemon ended with ${code}`);
  });
  const listening = Promise.race([once(createInterface(daemon.stdout), 'line'), failed]);
  const [line] = await within('dbus-daemon listens', listening);
  failed.catch(() => {});
  if (typeof line !== 'string') throw new Error('dbus-daemon printed no address');
  return daemon;
}
