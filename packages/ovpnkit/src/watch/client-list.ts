import type { Client } from '@ovpnkit/management';
import { createMeter, type Meter } from './meter.ts';

export type WatchedClient = { readonly client: Client; readonly meter: Meter };

/** What one status changed. `bytes` are those that were not known before. */
export type ClientChanges = {
  readonly joined: readonly Client[];
  readonly left: readonly Client[];
  readonly bytes: bigint;
};

/** The clients of a server over time. */
export type ClientList = {
  /** In the order of their names. */
  readonly all: readonly WatchedClient[];
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
const byName = (a: Client, b: Client): number => collator.compare(a.commonName, b.commonName);

/** An empty list. `windowMs` is the shortest time that rates are made of. */
export function createClientList(windowMs: number): ClientList {
  let known = new Map<string, WatchedClient>();
  let byCid = new Map<number, Meter>();

  return {
    get all() {
      return [...known.values()];
    },
    update(clients, at) {
      const before = known;
      const joined: Client[] = [];
      let bytes = 0n;
      [known, byCid] = [new Map(), new Map()];
      for (const client of clients.toSorted(byName)) {
        const id = identity(client);
        const old = before.get(id);
        before.delete(id);
        const meter = old?.meter ?? createMeter(windowMs);
        bytes += meter.add(at, client.bytesReceived, client.bytesSent);
        known.set(id, { client, meter });
        if (client.cid !== undefined) byCid.set(client.cid, meter);
        if (isEstablished(client) && !(old && isEstablished(old.client))) joined.push(client);
      }
      const left = [...before.values()].map(({ client }) => client).filter(isEstablished);
      return { joined, left, bytes };
    },
    count: (cid, at, received, sent) => byCid.get(cid)?.add(at, received, sent) ?? 0n,
    rest() {
      for (const { meter } of known.values()) meter.rest();
    },
    clear() {
      [known, byCid] = [new Map(), new Map()];
    },
  };
}
