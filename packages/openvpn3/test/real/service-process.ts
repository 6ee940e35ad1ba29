// Starts one of the services around the backend processes, as D-Bus activation does: as root, with nothing in its
// environment but where the bus is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { atEnd, eventually, isRunning, processesIn, within } from '@ovpnkit/lab/testing';
import { type ServiceName, servicePrograms } from '@ovpnkit/openvpn3/share';
import { placeFor } from './backend-process.ts';
import { serviceVariables } from './service-variables.ts';
import type { SystemBus } from './system-bus.ts';

export type ServiceProcessOptions = {
  readonly bus: SystemBus;
  /** As `ovpnkit service` calls it. */
  readonly service: ServiceName;
  /** The program in place of that, as the repository has it. */
  readonly program?: string;
  readonly args?: readonly string[];
  /** The network namespace that it runs in; that of this process when absent. */
  readonly namespace?: string;
  /** False: what it prints is taken by nobody. */
  readonly read?: false;
};

export type ServiceProcess = {
  readonly pid: number;
  /** The unique name of its connection. */
  readonly uniqueName: string;
  /** What it has printed so far. */
  readonly output: () => string;
  /** Resolves with its exit code; `null` after a signal. */
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
};

/** Nobody starts it again here, and a test on a busy machine is quiet for longer than its period. */
const stay = ['--idle-exit', '0'];

/** Resolves when it owns its name; rejects with what it printed when it ends before that. It ends with the test. */
export async function startService(t: TestContext, options: ServiceProcessOptions): Promise<ServiceProcess> {
  const { bus, service, args = [], namespace, read = true } = options;
  const { program } = options;
  const { root, node, enter } = await placeFor(bus.user);
  const [head = '', ...rest] = [
    ...enter,
    ...(namespace === undefined ? [] : ['nsenter', `--net=${namespace}`]),
    ...['env', '-i', ...serviceVariables(bus.address)],
    node,
    ...(program
      ? [`${root}/${program}`]
      : [`${root}/packages/openvpn3/test/real/run-service.js`, 'service', service, ...stay]),
    ...args,
  ];
  const child = spawn(head, rest, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit').then(([code]): number | null => code);
  atEnd(t, async () => {
    child.kill('SIGKILL');
    await exited;
    child.stdout.destroy();
    child.stderr.destroy();
  });
  let output = '';
  for (const stream of read ? [child.stdout, child.stderr] : []) {
    stream.on('data', chunk => {
      output = `${output}${chunk}`.slice(-1_000_000);
    });
  }
  const watcher = await bus.connect();
  const owned = Promise.withResolvers<string>();
  const watch = await watcher.watchName(servicePrograms[service].busName, owner => {
    if (owner !== undefined) owned.resolve(owner);
  });
  const ended = exited.then(code => {
    throw new Error(`the service ${service} ended with ${code}; it printed ${output.trim() || 'nothing'}`);
  });
  ended.catch(() => {});
  const uniqueName = await within(
    `the service ${service} owns its name`,
    Promise.race([owned.promise, ended]),
  );
  await watch.close();
  return {
    pid: child.pid ?? 0,
    uniqueName,
    output: () => output,
    get exited() {
      return within(`the end of the service ${service}`, exited);
    },
    kill: signal => void child.kill(signal),
  };
}

/** Ends all processes of the user `openvpn` in a network with the test: backends outlive those who started them. */
export const endBackends = (t: TestContext, bus: SystemBus, namespace: string): void =>
  atEnd(t, () =>
    eventually('all backends have ended', () => {
      const left = processesIn(namespace, bus.user.uid).filter(isRunning);
      for (const pid of left) kill(pid);
      return left.length === 0;
    }),
  );

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended since it was looked for.
  }
}
