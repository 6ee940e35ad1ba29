/** The kinds of notifications that a program switches on for itself. */
export type Switched = 'state' | 'log' | 'echo';

/** What one program wants to be told, as it would have asked the daemon. A fresh session is quiet. */
export type Subscription = {
  readonly on: Set<Switched>;
  /** Seconds between BYTECOUNT notifications; 0 for none. */
  bytecount: number;
  version: number;
  envFilter: number;
  /** When each counter was last passed on, by the part of its line that names it. */
  readonly counted: Map<string, number>;
};

export function createSubscription(): Subscription {
  return { on: new Set(), bytecount: 0, version: 1, envFilter: 0, counted: new Map() };
}

const switches: Readonly<Record<string, Switched>> = { '>STATE:': 'state', '>LOG:': 'log', '>ECHO:': 'echo' };

/**
 * Whether a program with this subscription is told this notification now (`now` in ms). Each program has BYTECOUNT at
 * its own pace, although the daemon knows only one.
 */
export function wants(subscription: Subscription, line: string, now: number): boolean {
  const name = line.slice(0, line.indexOf(':') + 1);
  const switched = switches[name];
  if (switched) return subscription.on.has(switched);
  if (name !== '>BYTECOUNT:' && name !== '>BYTECOUNT_CLI:') return true;
  if (subscription.bytecount === 0) return false;
  const counter = name === '>BYTECOUNT:' ? name : line.slice(0, line.indexOf(','));
  const last = subscription.counted.get(counter) ?? Number.NEGATIVE_INFINITY;
  // The daemon's ticks jitter: half a second early is on time.
  if (now - last < subscription.bytecount * 1000 - 500) return false;
  subscription.counted.delete(counter); // so that the map is in the order of last use
  subscription.counted.set(counter, now);
  forgetOld(subscription, now);
  return true;
}

/** Clients come and go under new numbers for as long as the daemon runs: those that count no longer are forgotten. */
function forgetOld({ counted, bytecount }: Subscription, now: number): void {
  const [oldest] = counted;
  if (!oldest || now - oldest[1] < bytecount * 10_000) return;
  counted.delete(oldest[0]);
}

/** The notification in the form that the announced version knows: PK_SIGN has more to it with every version. */
export function inVersion(line: string, version: number): string {
  if (!line.startsWith('>PK_SIGN:') || version >= 3) return line;
  const data = line.slice('>PK_SIGN:'.length).split(',', 1)[0];
  return version === 2 ? `>PK_SIGN:${data}` : `>RSA_SIGN:${data}`;
}

/** The shortest pace that any program wants; 0 when none wants any. */
export function shortestPace(subscriptions: Iterable<Subscription>): number {
  const paces = [...subscriptions].map(({ bytecount }) => bytecount).filter(seconds => seconds > 0);
  return paces.length === 0 ? 0 : Math.min(...paces);
}
