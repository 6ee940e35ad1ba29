import { once } from 'node:events';
import { type Bus, connect, credentialsOf } from '@ovpnkit/dbus';
import { servicePrograms } from '@ovpnkit/openvpn3/share';
import { identify } from '../../../openvpn3/stack/service-user.ts';

export type EndServicesOptions = {
  /** Whom they run as. */
  readonly user: string;
  /** Tells, and does nothing. */
  readonly dryRun: boolean;
  /** What is done to the system, one line each. */
  readonly print: (line: string) => void;
};

/** From the one that calls the others to the one that all of them call, and may have started. */
const inOrder = ['session-manager', 'backend-starter', 'configuration-manager', 'netcfg', 'log'] as const;
const PATIENCE_MS = 10_000;

/**
 * Ends the services that run on the system bus, one after the other, and tells of each; resolves when they have left.
 * What belongs to another user than root and the services' own is told, and stays. Without a bus there is nothing to end.
 */
export async function endServices({ user, dryRun, print }: EndServicesOptions): Promise<void> {
  const bus = await connect().catch(() => undefined);
  if (bus === undefined) return;
  const ours = [0, identify(user)?.uid];
  try {
    for (const service of inOrder) {
      const { busName } = servicePrograms[service];
      const owner = await credentialsOf(bus, busName).catch(() => undefined); // nobody has the name
      if (owner?.pid === undefined) continue;
      const { uid, pid } = owner;
      if (uid === undefined || !ours.includes(uid)) {
        print(`${busName} (process ${pid} of uid ${uid}) is not ours and stays`);
        continue;
      }
      print(`ended ${busName} (process ${pid})`);
      if (!dryRun && !(await end(bus, busName, pid)))
        print(`${busName} (process ${pid}) has not ended yet; end it with kill -9 ${pid} if it never does`);
    }
  } finally {
    await bus.close();
  }
}

/** False when it has its name still when our patience is over. */
async function end(bus: Bus, busName: string, pid: number): Promise<boolean> {
  const left = new AbortController();
  const watch = await bus.watchName(busName, owner => {
    if (owner === undefined) left.abort();
  });
  const late = AbortSignal.timeout(PATIENCE_MS);
  try {
    if (!left.signal.aborted) process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended since the bus was asked.
  }
  const either = AbortSignal.any([left.signal, late]);
  if (!either.aborted) await once(either, 'abort');
  await watch.close();
  return left.signal.aborted;
}
