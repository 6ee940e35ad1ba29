import type { DeviceCounters } from './device-counters.ts';

/**
 * A reading of counters, or something that happened. Counters start again at 0 with each life, and `life` names it: any
 * number that is another one in the next life.
 */
export type Observation =
  /** BYTECOUNT, or `load-stats`, of a daemon. A life is one daemon process. */
  | {
      readonly type: 'transport';
      readonly life: bigint;
      readonly received: bigint;
      readonly sent: bigint;
    }
  /** What `status` of a client says. A life ends with each restart inside of the daemon, SIGUSR1 included. */
  | { readonly type: 'status'; readonly life: bigint; readonly statistics: ReadonlyMap<string, bigint> }
  /** A life is that of the device, which begins when it goes up. */
  | { readonly type: 'device'; readonly life: bigint; readonly counters: DeviceCounters }
  | { readonly type: 'event'; readonly name: string };

/** Totals over every daemon and device that a tunnel has had. */
export type Statistics = {
  readonly meters: ReadonlyMap<Meter, Reading>;
  readonly events: ReadonlyMap<string, bigint>;
};

/** The names of counters, and who counted where two do: the daemon misses offloaded traffic, the kernel no device. */
type Meter =
  | 'transport BYTES_IN'
  | 'transport BYTES_OUT'
  | 'status BYTES_IN'
  | 'status BYTES_OUT'
  | 'status TUN_BYTES_IN'
  | 'status TUN_BYTES_OUT'
  | 'device TUN_BYTES_IN'
  | 'device TUN_BYTES_OUT'
  | 'TUN_PACKETS_IN'
  | 'TUN_PACKETS_OUT';

/** The sum of all lives before, and the present one. */
type Reading = { readonly before: bigint; readonly life: bigint; readonly now: bigint };

export const noStatistics: Statistics = { meters: new Map(), events: new Map() };

/** The statistics after an observation. */
export function observe(statistics: Statistics, observation: Observation): Statistics {
  switch (observation.type) {
    case 'transport': {
      const { life, received, sent } = observation;
      return read(statistics, life, { 'transport BYTES_IN': received, 'transport BYTES_OUT': sent });
    }
    case 'status': {
      const { life, statistics: rows } = observation;
      return read(statistics, life, {
        'status BYTES_IN': rows.get('TCP/UDP read bytes'),
        'status BYTES_OUT': rows.get('TCP/UDP write bytes'),
        'status TUN_BYTES_IN': rows.get('TUN/TAP read bytes'),
        'status TUN_BYTES_OUT': rows.get('TUN/TAP write bytes'),
      });
    }
    case 'device': {
      // "In" is what comes into OpenVPN from the device: what the host has transmitted.
      const { rxBytes, txBytes, rxPackets, txPackets } = observation.counters;
      return read(statistics, observation.life, {
        'device TUN_BYTES_IN': txBytes,
        'device TUN_BYTES_OUT': rxBytes,
        TUN_PACKETS_IN: txPackets,
        TUN_PACKETS_OUT: rxPackets,
      });
    }
    case 'event': {
      const events = new Map(statistics.events);
      events.set(observation.name, (events.get(observation.name) ?? 0n) + 1n);
      return { ...statistics, events };
    }
  }
}

/**
 * The property `statistics`: what is not zero, traffic first. PACKETS_IN and PACKETS_OUT are not there, because a daemon
 * of OpenVPN 2 does not count packets of its transport.
 */
export function totalsOf({ meters, events }: Statistics): Map<string, bigint> {
  const total = (meter: Meter) => {
    const { before, now } = meters.get(meter) ?? { before: 0n, now: 0n };
    return before + now;
  };
  /** Each of two may be late, or miss the end of a life, and neither counts too much. */
  const either = (one: Meter, other: Meter) => larger(total(one), total(other));
  const traffic: [string, bigint][] = [
    ['BYTES_IN', either('transport BYTES_IN', 'status BYTES_IN')],
    ['BYTES_OUT', either('transport BYTES_OUT', 'status BYTES_OUT')],
    ['TUN_BYTES_IN', either('status TUN_BYTES_IN', 'device TUN_BYTES_IN')],
    ['TUN_BYTES_OUT', either('status TUN_BYTES_OUT', 'device TUN_BYTES_OUT')],
    ['TUN_PACKETS_IN', total('TUN_PACKETS_IN')],
    ['TUN_PACKETS_OUT', total('TUN_PACKETS_OUT')],
  ];
  return new Map([...traffic, ...events].filter(([, value]) => value > 0n));
}

function read(
  statistics: Statistics,
  life: bigint,
  counters: { readonly [M in Meter]?: bigint | undefined },
): Statistics {
  const meters = new Map(statistics.meters);
  for (const [meter, value] of Object.entries(counters) as [Meter, bigint | undefined][]) {
    if (value !== undefined) meters.set(meter, next(meters.get(meter), life, value));
  }
  return { ...statistics, meters };
}

/** Within one life a lower value is an older reading that came late. */
function next(last: Reading | undefined, life: bigint, value: bigint): Reading {
  if (!last) return { before: 0n, life, now: value };
  if (last.life !== life) return { before: last.before + last.now, life, now: value };
  return { ...last, now: larger(last.now, value) };
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
