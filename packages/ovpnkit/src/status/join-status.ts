import type { Client, ServerStatus, Status } from '@ovpnkit/management';

/** Tells the clients of another look at the same server from those that were seen already. */
export type Seen = {
  add(client: Client): void;
  /** Whether this one was not seen. Each that was seen stands for one. */
  isNew(client: Client): boolean;
};

/** By real address, which every format has. Clients behind one IPv6 address have no port up to 2.6, so they are counted. */
export function createSeen(): Seen {
  const counts = new Map<string, number>();
  return {
    add({ realAddress: { text } }) {
      counts.set(text, (counts.get(text) ?? 0) + 1);
    },
    isNew({ realAddress: { text } }) {
      const count = counts.get(text) ?? 0;
      if (count > 0) counts.set(text, count - 1);
      return count === 0;
    },
  };
}

const quarterMs = 15 * 60_000;

/**
 * Moves the times of format 1, which are the daemon's local time and were read as ours, by what the two times of the
 * statuses differ: whole quarters of an hour, as time zones do.
 */
export function moveTo(time: Date, localTime: Date): (client: Client) => Client {
  const zoneMs = Math.round((time.getTime() - localTime.getTime()) / quarterMs) * quarterMs;
  return client => ({ ...client, connectedSince: new Date(client.connectedSince.getTime() + zoneMs) });
}

/** What two looks know together, of which the first has more of each client. It is not complete, as the first was not. */
export function joinStatus(first: Status, second: Status | undefined): Status {
  if (second === undefined || first.complete || second.mode === 'unknown') return first;
  if (first.mode === 'unknown') return { ...second, complete: false, problem: first.problem };
  if (first.mode === 'client' || second.mode === 'client') return second.complete ? second : first;
  return joinServers(first, second, first.problem);
}

function joinServers(first: ServerStatus, second: ServerStatus, problem: string): ServerStatus {
  const seen = createSeen();
  for (const client of first.clients) seen.add(client);
  const others = second.clients.filter(client => seen.isNew(client)).map(moveTo(first.time, second.time));
  return {
    ...first,
    complete: false,
    problem,
    clients: [...first.clients, ...others],
    routes: second.routes.length > first.routes.length ? second.routes : first.routes,
    statistics: new Map([...second.statistics, ...first.statistics]),
  };
}
