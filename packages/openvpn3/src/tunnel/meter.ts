import type { Event, ManagementClient } from '@ovpnkit/management';
import { readDeviceCounters } from './device-counters.ts';
import { noStatistics, type Observation, observe, totalsOf } from './statistics.ts';

/** Counts what a tunnel carries and what happens to it, over all of its daemons. */
export type Meter = {
  /** A new daemon: its counters begin at 0. */
  daemonStarted(): void;
  note(event: Event): void;
  count(name: string): void;
  /** Reads the device's own counters, which go with it. */
  readDevice(): void;
  /** The property `statistics`, with a fresh reading if the daemon answers soon. */
  read(client: ManagementClient | undefined): Promise<Map<string, bigint>>;
};

/** For a daemon that is busy: what was known before is then good enough. */
const PATIENCE_MS = 500;

export function createMeter(): Meter {
  let statistics = noStatistics;
  let daemons = 0n;
  let attempts = 0n;
  let device: string | undefined;
  let devices = 0n;

  const take = (observation: Observation): void => {
    statistics = observe(statistics, observation);
  };
  const count = (name: string): void => take({ type: 'event', name });

  const readDevice = (): void => {
    const counters = device === undefined ? undefined : readDeviceCounters(device);
    if (counters) take({ type: 'device', life: devices, counters });
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
      device = undefined;
    },
    note(event) {
      switch (event.type) {
        case 'UPDOWN':
          if (event.direction === 'DOWN') readDevice();
          device = event.direction === 'UP' ? event.env.get('dev') : undefined;
          if (event.direction === 'UP') devices++;
          break;
        case 'BYTECOUNT':
          take({ type: 'transport', life: daemons, received: event.received, sent: event.sent });
          readDevice();
          break;
        case 'STATE':
          if (event.name === 'RECONNECTING') attempts++;
          break;
        default:
      }
    },
    count,
    readDevice,
    async read(client) {
      readDevice();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, PATIENCE_MS);
      await Promise.race([client && readDaemon(client), late]);
      clearTimeout(timer);
      return totalsOf(statistics);
    },
  };
}
