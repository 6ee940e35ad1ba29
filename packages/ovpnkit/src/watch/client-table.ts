import stringWidth from 'string-width';
import { cut } from '../output/cut.ts';
import { printable } from '../output/printable.ts';
import { formatBytes, formatDuration } from '../output/quantity.ts';
import type { Style } from '../output/style.ts';
import { type Column, formatTable } from '../output/table.ts';
import { virtualAddresses } from '../status/client-columns.ts';
import type { WatchedClient } from './client-list.ts';
import { formatRate } from './summary.ts';

/** A column, and when it has to go on a narrow terminal: the lowest first, those without a number never. */
type WatchColumn = Column<WatchedClient> & { readonly spare?: number };

const longestName = 32;

/** The first line holds the titles. Columns that do not fit beside the others are left out. */
export function clientTable(
  clients: readonly WatchedClient[],
  width: number,
  now: Date,
  style: Style,
): string[] {
  let columns = allColumns(now);
  for (;;) {
    const last = columns.reduce((least, column) => Math.min(least, column.spare ?? Infinity), Infinity);
    const lines = formatTable(columns, clients, style);
    if (last === Infinity || lines.every(line => stringWidth(line) <= width)) return lines;
    columns = columns.filter(({ spare }) => spare !== last);
  }
}

const allColumns = (now: Date): readonly WatchColumn[] => [
  { title: 'name', cell: ({ client }) => shorten(printable(client.commonName)) },
  { title: 'real address', spare: 4, cell: ({ client }) => printable(client.realAddress.text) },
  { title: 'virtual addresses', spare: 5, cell: ({ client }) => virtualAddresses(client) },
  { title: 'in', align: 'right', cell: ({ meter }) => formatRate(meter.rates?.received) },
  { title: 'out', align: 'right', cell: ({ meter }) => formatRate(meter.rates?.sent) },
  { title: 'received', align: 'right', spare: 6, cell: ({ meter }) => formatBytes(meter.received) },
  { title: 'sent', align: 'right', spare: 6, cell: ({ meter }) => formatBytes(meter.sent) },
  {
    title: 'for',
    align: 'right',
    spare: 3,
    cell: ({ client }) => formatDuration(now.getTime() - client.connectedSince.getTime()),
  },
  { title: 'user', spare: 2, cell: ({ client }) => shorten(printable(client.username ?? '-')) },
  { title: 'cipher', spare: 1, cell: ({ client }) => printable(client.cipher ?? '-') },
];

function shorten(text: string): string {
  return stringWidth(text) > longestName ? `${cut(text, longestName - 1)}…` : text;
}
