import type { Client } from '@ovpnkit/management';
import { type Selection, select } from './client-order.ts';
import { createMeter, type Meter, type Rates } from './meter.ts';

export type WatchedClient = {
  /** Names this connection of a client, and no other. */
  readonly id: string;
  readonly client: Client;
  readonly meter: Meter;
};

/** What one status changed. `bytes` are those that were not known before. */
export type ClientChanges = {
  readonly joined: readonly Client[];
  readonly left: readonly Client[];
  readonly bytes: bigint;
};

/** Sums over all clients, for people; no rates while no client has any. */
export type Traffic = {
  readonly received: number | bigint;
  readonly sent: number | bigint;
  readonly rates: Rates | undefined;
};

/** The clients of a server over time. */
export type ClientList = {
  /** In the order of their names. */
  readonly all: readonly WatchedClient[];
  /**
   * Those that a filter lets through, in an order that holds until the next status: rows do not jump about with
   * every counter.
   */
  select(selection: Selection): readonly WatchedClient[];
  find(id: string): WatchedClient | undefined;
  traffic(): Traffic;
  /** Takes the client list of a status. Who is not in it has left only when `everyone` that is there is in it. */
  update(clients: readonly Client[], at: number, everyone?: boolean): ClientChanges;
  /** Takes the counters of one client; returns how many bytes are new. */
  count(cid: number, at: number, received: bigint, sent: bigint): bigint;
  /** Forgets their rates, because nothing is heard of them for now. */
  rest(): void;
  /** Forgets them all, because the daemon is another one. */
  clear(): void;
};

/** A client that is still authenticating has no name yet. */
export const isEstablished = ({ commonName }: Client): boolean => commonName !== 'UNDEF';

/** A daemon counts its CIDs from 0 again after a restart, so the time of the connection belongs to the identity. */
const identity = ({ cid, realAddress, connectedSince }: Client): string =>
  `${cid ?? realAddress.text} ${connectedSince.getTime()}`;

/** The same for a row without a CID, as a status that was cut has some. */
const place = ({ realAddress, connectedSince }: Client): string =>
  `${realAddress.text} ${connectedSince.getTime()}`;

const collator = new Intl.Collator(undefined, { numeric: true });
const byName = (a: WatchedClient, b: WatchedClient): number =>
  collator.compare(a.client.commonName, b.client.commonName);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** An empty list. `windowMs` is the shortest time that rates are made of. */
export function createClientList(windowMs: number): ClientList {
  let known = new Map<string, Mutable<WatchedClient>>();
  let byCid = new Map<number, Meter>();
  let all: readonly WatchedClient[] = [];
  let traffic = noTraffic();
  let selected: { readonly selection: Selection; readonly clients: readonly WatchedClient[] } | undefined;

  const take = (meter: Meter, at: number, received: bigint, sent: bigint): bigint => {
    traffic.add(meter, -1);
    const fresh = meter.add(at, received, sent);
    traffic.add(meter, 1);
    return fresh;
  };

  return {
    get all() {
      return all;
    },
    select(selection) {
      if (!selected || !isSame(selected.selection, selection))
        selected = { selection, clients: select(all, selection) };
      return selected.clients;
    },
    find: id => known.get(id),
    traffic: () => traffic.sum(),
    update(clients, at, everyone = true) {
      const before = known;
      // Only a row without a CID is looked for by its place, or one that had none before.
      const places =
        clients.some(isWithoutCid) || all.some(each => isWithoutCid(each.client)) ? placesOf(all) : undefined;
      const joined: Client[] = [];
      const replaced = new Set<string>(); // those that have another id now
      let bytes = 0n;
      let isSorted = clients.length === before.size;
      [known, byCid, traffic] = [new Map(), new Map(), noTraffic()];
      for (const row of clients) {
        const old = before.get(identity(row)) ?? otherOf(row, places);
        const client = old && isWithoutCid(row) ? { ...old.client, ...countersOf(row) } : row;
        const id = identity(client);
        if (isEstablished(client) && !(old && isEstablished(old.client))) joined.push(client);
        isSorted &&= old?.client.commonName === client.commonName;
        if (old && old.id !== id) {
          replaced.add(old.id);
          isSorted = false;
        }
        const watched = old?.id === id ? old : { id, client, meter: old?.meter ?? createMeter(windowMs) };
        watched.client = client;
        bytes += watched.meter.add(at, client.bytesReceived, client.bytesSent);
        traffic.add(watched.meter, 1);
        known.set(id, watched);
        if (client.cid !== undefined) byCid.set(client.cid, watched.meter);
      }
      const gone = isSorted
        ? []
        : [...before.values()].filter(({ id }) => !known.has(id) && !replaced.has(id));
      if (!everyone) {
        for (const watched of gone.splice(0)) {
          known.set(watched.id, watched);
          traffic.add(watched.meter, 1);
          if (watched.client.cid !== undefined) byCid.set(watched.client.cid, watched.meter);
        }
      }
      if (!isSorted) all = [...known.values()].sort(byName);
      if (selected) selected = { ...selected, clients: select(all, selected.selection) };
      return { joined, left: gone.map(({ client }) => client).filter(isEstablished), bytes };
    },
    count(cid, at, received, sent) {
      const meter = byCid.get(cid);
      return meter ? take(meter, at, received, sent) : 0n;
    },
    rest() {
      traffic = noTraffic();
      for (const { meter } of all) {
        meter.rest();
        traffic.add(meter, 1);
      }
    },
    clear() {
      [known, byCid, traffic] = [new Map(), new Map(), noTraffic()];
      [all, selected] = [[], undefined];
    },
  };
}

/**
 * Sums that each change of a meter changes, so that a frame does not go through all meters. In numbers, for bigints
 * would cost more than all the rest; each status begins them anew, so that no error of rounding grows.
 */
function noTraffic() {
  const total = { received: 0, sent: 0 };
  const rates = { received: 0, sent: 0 };
  let rated = 0;
  return {
    /** Adds a meter, or takes it away. */
    add(meter: Meter, sign: 1 | -1): void {
      total.received += sign * Number(meter.received);
      total.sent += sign * Number(meter.sent);
      if (!meter.rates) return;
      rated += sign;
      rates.received += sign * meter.rates.received;
      rates.sent += sign * meter.rates.sent;
    },
    sum: (): Traffic => ({ ...total, rates: rated > 0 ? { ...rates } : undefined }),
  };
}

const isSame = (a: Selection, b: Selection): boolean =>
  a.order === b.order && a.reversed === b.reversed && a.filter === b.filter;

const isWithoutCid = ({ cid }: Client): boolean => cid === undefined;

const placesOf = (all: readonly WatchedClient[]): ReadonlyMap<string, Mutable<WatchedClient>> =>
  new Map(all.map(watched => [place(watched.client), watched]));

/** The client of this row under another id: one of both rows is without a CID. */
function otherOf(
  row: Client,
  places: ReadonlyMap<string, Mutable<WatchedClient>> | undefined,
): Mutable<WatchedClient> | undefined {
  const other = places?.get(place(row));
  return other && (isWithoutCid(row) || isWithoutCid(other.client)) ? other : undefined;
}

const countersOf = ({ commonName, bytesReceived, bytesSent }: Client) => ({
  commonName,
  bytesReceived,
  bytesSent,
});
