import { createPace, type Pace } from './pace.ts';

/** The kinds of notifications that a program switches on for itself. */
export const switched = ['state', 'log', 'echo'] as const;
export type Switched = (typeof switched)[number];

/** What one program wants to be told, as it would have asked the daemon. A fresh session is quiet. */
export type Subscription = {
  /** What the daemon must send for it, already while its history is being fetched. */
  readonly needs: Set<Switched>;
  /** What it is told now. */
  readonly live: Set<Switched>;
  pace: Pace;
  version: number;
  envFilter: number;
  /** Whether it is told of clients at all. */
  readonly clientEvents: boolean;
};

export function createSubscription(clientEvents: boolean): Subscription {
  const pace = createPace(0);
  return { needs: new Set(), live: new Set(), pace, version: 1, envFilter: 0, clientEvents };
}

const switches: Readonly<Record<string, Switched>> = { '>STATE': 'state', '>LOG': 'log', '>ECHO': 'echo' };

/**
 * Whether a program with this subscription is told this notification now (`now` in ms), whose type is `>LOG`, `>STATE`
 * and so on. `daemonSeconds` is the daemon's own pace of counters.
 */
export function wants(
  { live, pace, clientEvents }: Subscription,
  type: string,
  line: string,
  now: number,
  daemonSeconds: number,
): boolean {
  switch (type) {
    case '>BYTECOUNT':
      return pace.isDue(type, now, daemonSeconds);
    case '>BYTECOUNT_CLI':
      return pace.seconds > 0 && pace.isDue(line.slice(0, line.indexOf(',')), now, daemonSeconds);
    case '>CLIENT':
      return clientEvents;
    default: {
      const name = switches[type];
      return name === undefined || live.has(name);
    }
  }
}

/** The shortest pace that any program wants; 0 when none wants any. */
export function shortestPace(subscriptions: Iterable<Subscription>): number {
  const paces = [...subscriptions].map(({ pace }) => pace.seconds).filter(seconds => seconds > 0);
  return paces.length === 0 ? 0 : Math.min(...paces);
}
