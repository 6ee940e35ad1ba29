import { parseCounter, parseEpoch, parseInteger } from './field.ts';
import { IpAddress } from './ip-address.ts';
import { RealAddress } from './real-address.ts';
import type { Client, Route, StatusRow } from './status.ts';

import { parseStatusTime } from './status-time.ts';
import { parseVirtualAddress } from './virtual-address.ts';

/** Reads the rows under one header, each split into as many fields as the header has columns. */
export type RowReader = (fields: readonly string[]) => StatusRow | undefined;

export type Separator = ',' | '\t';

/** Columns that may hold the separator, because a peer chose their text. */
const free: ReadonlySet<string> = new Set(['Common Name', 'Username']);

/** The names that a certificate or a user may have at most; more separators than that in one row are no name. */
const maxExtraFields = 512;

/** A reader for the client list under these columns. */
export function clientReader(columns: readonly string[], separator: Separator): RowReader {
  const at = (name: string) => columns.indexOf(name);
  const [name, real, ipv4, ipv6] = [
    at('Common Name'),
    at('Real Address'),
    at('Virtual Address'),
    at('Virtual IPv6 Address'),
  ];
  const [received, sent] = [at('Bytes Received'), at('Bytes Sent')];
  const [since, sinceEpoch] = [at('Connected Since'), at('Connected Since (time_t)')];
  const [user, cid, peer, cipher] = [
    at('Username'),
    at('Client ID'),
    at('Peer ID'),
    at('Data Channel Cipher'),
  ];
  const read: RowReader = fields => {
    const realAddress = RealAddress.parse(fields[real] ?? '');
    const bytesReceived = parseCounter(fields[received] ?? '');
    const bytesSent = parseCounter(fields[sent] ?? '');
    const connectedSince = parseEpoch(fields[sinceEpoch] ?? '') ?? parseStatusTime(fields[since] ?? '');
    if (!realAddress || bytesReceived === undefined || bytesSent === undefined || !connectedSince)
      return undefined;
    const username = fields[user];
    const client: Client = {
      commonName: fields[name] ?? '',
      realAddress,
      virtualIpv4: IpAddress.parse(fields[ipv4] ?? ''),
      virtualIpv6: IpAddress.parse(fields[ipv6] ?? ''),
      bytesReceived,
      bytesSent,
      connectedSince,
      username: username === '' || username === 'UNDEF' ? undefined : username,
      cid: parseInteger(fields[cid] ?? ''),
      peerId: parseInteger(fields[peer] ?? ''),
      cipher: fields[cipher] || undefined,
    };
    return { type: 'client', client };
  };
  return exact(columns, separator, read);
}

/** A reader for the routing table under these columns. */
export function routeReader(columns: readonly string[], separator: Separator): RowReader {
  const at = (name: string) => columns.indexOf(name);
  const [virtual, name, real] = [at('Virtual Address'), at('Common Name'), at('Real Address')];
  const [reference, epoch] = [at('Last Ref'), at('Last Ref (time_t)')];
  const read: RowReader = fields => {
    const place = parseVirtualAddress(fields[virtual] ?? '');
    const realAddress = RealAddress.parse(fields[real] ?? '');
    const lastReference = parseEpoch(fields[epoch] ?? '') ?? parseStatusTime(fields[reference] ?? '');
    if (!place || !realAddress || !lastReference) return undefined;
    const route: Route = {
      virtualAddress: place.virtualAddress,
      address: place.address,
      prefixLength: place.prefixLength,
      vid: place.vid,
      cached: place.cached,
      commonName: fields[name] ?? '',
      realAddress,
      lastReference,
    };
    return { type: 'route', route };
  };
  return exact(columns, separator, read);
}

/**
 * A row has more fields than columns when a name holds a comma, in a format that separates by commas. It is read only when exactly one way of
 * putting the extra pieces back into the free columns gives a row that makes sense.
 */
function exact(columns: readonly string[], separator: Separator, read: RowReader): RowReader {
  const names = columns.flatMap((column, index) => (free.has(column) ? [index] : []));
  const [first, second] = names;
  return fields => {
    const extra = fields.length - columns.length;
    if (extra === 0) return read(fields);
    if (extra < 0 || extra > maxExtraFields || first === undefined || separator !== ',') return undefined;
    const candidates: StatusRow[] = [];
    for (let inFirst = second === undefined ? extra : 0; inFirst <= extra; inFirst++) {
      const joined = joinAt(fields, first, inFirst);
      const row = read(second === undefined ? joined : joinAt(joined, second, extra - inFirst));
      if (row) candidates.push(row);
    }
    return candidates.length === 1 ? candidates[0] : undefined;
  };
}

/** The fields with `extra` pieces behind `index` joined to it again. */
function joinAt(fields: readonly string[], index: number, extra: number): string[] {
  const joined = fields.slice(index, index + extra + 1).join(',');
  return [...fields.slice(0, index), joined, ...fields.slice(index + extra + 1)];
}
