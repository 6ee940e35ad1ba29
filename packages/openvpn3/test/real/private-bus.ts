import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { type Bus, type BusOptions, connect } from '@ovpnkit/dbus';

/** A real dbus-daemon of the test's own, gone when the test ends. */
export type PrivateBus = {
  readonly address: string;
  /** Connects, and closes when the test ends. */
  connect(options?: Omit<BusOptions, 'address'>): Promise<Bus>;
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

export async function startBus(t: TestContext): Promise<PrivateBus> {
  const folder = await mkdtemp(join(tmpdir(), 'ovpnkit-bus-'));
  const connections: Bus[] = [];
  let end = () => {};
  t.after(async () => {
    for (const each of connections) await each.close();
    end();
    await rm(folder, { recursive: true, force: true });
  });
  const socket = join(folder, 'bus');
  const file = join(folder, 'bus.conf');
  await writeFile(file, config(socket));
  const daemon = spawn(
    'dbus-daemon',
    [`--config-file=${file}`, '--nofork', '--nopidfile', '--print-address'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  end = () => void daemon.kill('SIGKILL');
  process.once('exit', end);
  daemon.once('exit', () => process.off('exit', end));
  const failed = once(daemon, 'exit').then(([code]) => {
    throw new Error(`dbus-daemon ended with ${code}`);
  });
  // It listens when it has printed its address.
  await Promise.race([once(createInterface(daemon.stdout), 'line'), failed]);
  failed.catch(() => {});
  const address = `unix:path=${socket}`;
  return {
    address,
    async connect(options = {}) {
      const bus = await connect({ connectTimeoutMs: 60_000, ...options, address });
      connections.push(bus);
      return bus;
    },
  };
}
