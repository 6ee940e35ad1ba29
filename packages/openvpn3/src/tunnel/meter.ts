import type { Event, ManagementClient } from '@ovpnkit/management';
import { counterOfLog } from './counter-of-log.ts';
import { readDeviceCounters } from './device-counters.ts';
import { noStatistics, type Observation, observe, totalsOf } from './statistics.ts';

/** Counts what a tunnel carries and what happens to it, over all of its daemons. */
export type Meter = {
  /** A new daemon: its counters begin at 0. */
  daemonStarted(): void;
  note(event: Event): void;
  count(name: string): void;
  /** Reads the device's own counters, if it is there. */
  readDevice(device: string): Promise<void>;
  /** The property `statistics`, with a fresh reading if the daemon answers soon. */
  read(client: ManagementClient | undefined, device: string | undefined): Promise<Map<string, bigint>>;
};

/** For a daemon that is busy: what was known before is then good enough. */
const PATIENCE_MS = 500;

export function createMeter(): Meter {
  let statistics = noStatistics;
  let daemons = 0n;
  let attempts = 0n;

  const take = (observation: Observation): void => {
    statistics = observe(statistics, observation);
  };
  const count = (name: string): void => take({ type: 'event', name });

  const readDevice = async (device: string): Promise<void> => {
    const counters = await readDeviceCounters(device);
    if (counters) take({ type: 'device', counters });
  };

  const readDaemon = async (client: ManagementClient): Promise<void> => {
    const life = attempts;
    const status = await client.status().catch(() => undefined);
    if (status?.mode === 'client' && life === attempts)
      take({ type: 'status', life, statistics: status.statistics });
  };

  return {
    daemonStarted() {
      daemons++;
      attempts++;
    },
    note(event) {
      switch (event.type) {
        case 'BYTECOUNT':
          take({ type: 'transport', life: daemons, received: event.received, sent: event.sent });
          break;
        case 'LOG': {
          const name = counterOfLog(event.text);
          if (name !== undefined) count(name);
          break;
        }
        case 'STATE':
          if (event.name === 'RECONNECTING') attempts++;
          break;
        default:
      }
    },
    count,
    readDevice,
    async read(client, device) {
      const readings = [client && readDaemon(client), device && readDevice(device)];
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, PATIENCE_MS);
      await Promise.race([Promise.all(readings), late]);
      clearTimeout(timer);
      return totalsOf(statistics);
    },
  };
}
