import { parseCounter, parseEpoch, parseInteger } from './field.ts';
import { IpAddress } from './ip-address.ts';
import { RealAddress } from './real-address.ts';
import type { Client, Route, StatusRow } from './status.ts';

import { parseStatusTime } from './status-time.ts';
import { parseVirtualAddress } from './virtual-address.ts';

/** Reads the rows under one header, given where the fields of the row begin (see fieldStarts). */
export type RowReader = (line: string, starts: readonly number[]) => StatusRow | undefined;

/** Reads the field of one column; `undefined` when there is no such column. */
function field<T>(
  line: string,
  starts: readonly number[],
  column: number,
  parse: (line: string, start: number, end: number) => T | undefined,
): T | undefined {
  if (column === -1) return undefined;
  return parse(line, starts[column] ?? 0, (starts[column + 1] ?? 0) - 1);
}

const text = (line: string, start: number, end: number): string => line.slice(start, end);

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
  const read: RowReader = (line, starts) => {
    const realAddress = RealAddress.parse(field(line, starts, real, text) ?? '');
    const bytesReceived = field(line, starts, received, parseCounter);
    const bytesSent = field(line, starts, sent, parseCounter);
    const connectedSince =
      field(line, starts, sinceEpoch, parseEpoch) ?? parseStatusTime(field(line, starts, since, text) ?? '');
    if (!realAddress || bytesReceived === undefined || bytesSent === undefined || !connectedSince)
      return undefined;
    const username = field(line, starts, user, text);
    const client: Client = {
      commonName: field(line, starts, name, text) ?? '',
      realAddress,
      virtualIpv4: IpAddress.parse(field(line, starts, ipv4, text) ?? ''),
      virtualIpv6: IpAddress.parse(field(line, starts, ipv6, text) ?? ''),
      bytesReceived,
      bytesSent,
      connectedSince,
      username: username === '' || username === 'UNDEF' ? undefined : username,
      cid: field(line, starts, cid, parseInteger),
      peerId: field(line, starts, peer, parseInteger),
      cipher: field(line, starts, cipher, text) || undefined,
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
  const read: RowReader = (line, starts) => {
    const place = parseVirtualAddress(field(line, starts, virtual, text) ?? '');
    const realAddress = RealAddress.parse(field(line, starts, real, text) ?? '');
    const lastReference =
      field(line, starts, epoch, parseEpoch) ?? parseStatusTime(field(line, starts, reference, text) ?? '');
    if (!place || !realAddress || !lastReference) return undefined;
    const route: Route = {
      virtualAddress: place.virtualAddress,
      address: place.address,
      prefixLength: place.prefixLength,
      vid: place.vid,
      cached: place.cached,
      commonName: field(line, starts, name, text) ?? '',
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
  return (line, starts) => {
    const extra = starts.length - 1 - columns.length;
    if (extra === 0) return read(line, starts);
    if (extra < 0 || extra > maxExtraFields || first === undefined || separator !== ',') return undefined;
    const candidates: StatusRow[] = [];
    for (let inFirst = second === undefined ? extra : 0; inFirst <= extra; inFirst++) {
      const joined = joinAt(starts, first, inFirst);
      const row = read(line, second === undefined ? joined : joinAt(joined, second, extra - inFirst));
      if (row) candidates.push(row);
    }
    return candidates.length === 1 ? candidates[0] : undefined;
  };
}

/** The fields with `extra` pieces behind `column` joined to it again. */
function joinAt(starts: readonly number[], column: number, extra: number): readonly number[] {
  return starts.toSpliced(column + 1, extra);
}
