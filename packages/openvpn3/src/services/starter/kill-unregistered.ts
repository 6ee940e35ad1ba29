import type { ChildProcess } from 'node:child_process';
import type { Bus } from '@ovpnkit/dbus';
import { backendName } from '../../contract/names.ts';

/** The session manager has given it up by then. */
const GIVEN_UP_MS = 20_000;

/** Kills a client that has its token and does not get its name on the bus: it hangs, and nobody else knows of it. */
export async function killUnregistered(bus: Bus, client: ChildProcess): Promise<void> {
  if (client.pid === undefined || client.exitCode !== null || client.signalCode !== null) return;
  const settled = Promise.withResolvers<void>();
  client.once('exit', settled.resolve);
  const watch = await bus.watchName(backendName(client.pid), owner => {
    if (owner !== undefined) settled.resolve();
  });
  const timer = setTimeout(() => client.kill('SIGKILL'), GIVEN_UP_MS).unref();
  await settled.promise;
  clearTimeout(timer);
  client.off('exit', settled.resolve);
  await watch.close();
}
