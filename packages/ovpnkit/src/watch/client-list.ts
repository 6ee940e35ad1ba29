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
  /** Takes the client list of a status. */
  update(clients: readonly Client[], at: number): ClientChanges;
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
    update(clients, at) {
      const before = known;
      const joined: Client[] = [];
      let bytes = 0n;
      let isSorted = clients.length === before.size;
      [known, byCid, traffic] = [new Map(), new Map(), noTraffic()];
      for (const client of clients) {
        const id = identity(client);
        const old = before.get(id);
        if (isEstablished(client) && !(old && isEstablished(old.client))) joined.push(client);
        isSorted &&= old?.client.commonName === client.commonName;
        const watched = old ?? { id, client, meter: createMeter(windowMs) };
        watched.client = client;
        bytes += watched.meter.add(at, client.bytesReceived, client.bytesSent);
        traffic.add(watched.meter, 1);
        known.set(id, watched);
        if (client.cid !== undefined) byCid.set(client.cid, watched.meter);
      }
      const left = isSorted ? [] : [...before.values()].filter(({ id }) => !known.has(id));
      if (!isSorted) all = [...known.values()].sort(byName);
      if (selected) selected = { ...selected, clients: select(all, selected.selection) };
      return { joined, left: left.map(({ client }) => client).filter(isEstablished), bytes };
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
