import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Configuration, configurations, sessions } from '@ovpnkit/openvpn3';
import { median, quantile, type Samples } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { withStack } from './stack-bed.ts';

const ROUNDS = 8;
/** A starter has another backend ready by then. */
const UNTIL_READY_MS = 3000;

/** From the starter's call to the backend's RegistrationRequest, as the bus sees them, with and without one ready. */
export async function stackRegistration(): Promise<Row[]> {
  const [warm, cold]: [number[], number[]] = [[], []];
  await withStack(2, async ({ bus, address, profiles }) => {
    const monitor = spawn('dbus-monitor', ['--address', address], { stdio: ['ignore', 'pipe', 'inherit'] });
    const registration = await watchRegistrations(monitor);
    const imported = await Promise.all(profiles.map(text => configurations(bus).import('bench', text)));
    const start = async (configuration: Configuration, into: number[]) => {
      const took = registration();
      const session = await sessions(bus).start(configuration);
      into.push(await took);
      return session;
    };
    for (let round = 0; round < ROUNDS; round++) {
      await sleep(UNTIL_READY_MS);
      for (const [index, configuration] of imported.entries())
        await start(configuration, index === 0 ? warm : cold);
      await Promise.all((await sessions(bus).list()).map(session => session.disconnect()));
    }
    const exited = once(monitor, 'exit');
    monitor.kill();
    await exited;
  });
  return [
    {
      figure: 'StartClient to RegistrationRequest',
      measured: `${milliseconds(warm)}; no backend ready: ${milliseconds(cold)}`,
      baseline: 'the deployed program: 49 to 56 ms',
    },
  ];
}

/** Resolves when nothing is missed; what it gives waits for the next registration, and gives its milliseconds. */
async function watchRegistrations(monitor: ChildProcess): Promise<() => Promise<number>> {
  if (!monitor.stdout) throw new Error('dbus-monitor has no output');
  const ready = Promise.withResolvers<void>();
  let waiting = Promise.withResolvers<number>();
  let called = 0;
  createInterface(monitor.stdout).on('line', line => {
    const [, seconds, member] = /^(?:signal|method call) time=([\d.]+) .*\bmember=(\w+)/.exec(line) ?? [];
    if (member === 'NameLost') ready.resolve();
    if (member === 'StartClient') called = Number(seconds);
    if (member === 'RegistrationRequest') waiting.resolve((Number(seconds) - called) * 1000);
  });
  await ready.promise;
  return () => {
    waiting = Promise.withResolvers();
    return waiting.promise;
  };
}

const milliseconds = (samples: Samples): string =>
  `${median(samples).toFixed(1)} ms (p90 ${quantile(samples, 0.9).toFixed(1)})`;
