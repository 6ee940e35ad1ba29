import { cells, shorten } from '../output/cut.ts';
import { printable } from '../output/printable.ts';
import { formatBytes, formatDuration } from '../output/quantity.ts';
import type { Style } from '../output/style.ts';
import type { Column } from '../output/table.ts';
import { virtualAddresses } from '../status/client-columns.ts';
import type { WatchedClient } from './client-list.ts';
import type { ClientOrder } from './client-order.ts';
import { formatRate } from './summary.ts';

/** The rows of a client list that are on the screen. */
export type ClientRows = {
  /** All of them, of which the widths of the columns are taken, so that they stay while one scrolls. */
  readonly all: readonly WatchedClient[];
  readonly shown: readonly WatchedClient[];
  /** Which of those that are shown the cursor is on. */
  readonly cursor: number;
  readonly order: ClientOrder;
};

type WatchColumn = Column<WatchedClient> & {
  /** Where there is no room for all columns, the lowest are there. Two with the same are there together. */
  readonly rank: number;
  /** The least cells that it is worth showing in, and the most that it takes. */
  readonly least: number;
  readonly most: number;
  /** What is seen of a cell that does not fit. */
  readonly core?: (row: WatchedClient) => string;
  /** Numbers, which are never shortened. */
  readonly whole?: true;
  /** The orders that one looks at it for. */
  readonly orders?: readonly ClientOrder[];
};

type Fitted = { readonly column: WatchColumn; readonly width: number };

const gutter = 2;
const gap = '  ';

/** The titles, then a line for each client that is shown, none wider than `columns`. */
export function clientTable(rows: ClientRows, columns: number, now: Date, style: Style): string[] {
  const fitted = fit(rows, columns, now);
  const line = (cell: (fitted: Fitted) => string): string =>
    fitted.map(each => align(cell(each), each.width, each.column.align)).join(gap);
  const titles = `${' '.repeat(gutter)}${line(({ column }) => column.title)}`;
  const body = rows.shown.map((row, index) => {
    const text = line(each => cellOf(row, each));
    return index === rows.cursor ? style('inverse', `> ${text}`) : `${' '.repeat(gutter)}${text.trimEnd()}`;
  });
  return [style('bold', titles.trimEnd()), ...body];
}

function cellOf(row: WatchedClient, { column, width }: Fitted): string {
  const cell = column.cell(row);
  return column.core && cells(cell) > width ? column.core(row) : cell;
}

function align(text: string, width: number, side: 'right' | undefined): string {
  const short = shorten(text, width);
  const blanks = ' '.repeat(Math.max(0, width - cells(short)));
  return side === 'right' ? blanks + short : short + blanks;
}

/** The columns that fit, each in its width: first each gets the least that it needs, then what is left over. */
function fit(rows: ClientRows, columns: number, now: Date): Fitted[] {
  const sample = sampleOf(rows.all);
  const [name, ...others] = toldOf(allColumns(now), [...sample, ...rows.shown]).map(column =>
    measure(column, sample, rows.shown),
  ) as [Measured, ...Measured[]];
  let room = columns - gutter;
  const take = (cellsWanted: number): number => {
    const taken = Math.max(0, Math.min(cellsWanted, room));
    room -= taken;
    return taken;
  };
  // The name is there on the narrowest terminal, too.
  const widths = new Map([[name, take(name.least)]]);
  for (const together of inOrderOfWorth(others, rows.order)) {
    const needed = together.reduce((sum, { least }) => sum + least + gap.length, 0);
    if (needed > room) continue;
    take(needed);
    for (const column of together) widths.set(column, column.least);
  }
  for (const column of [...others, name]) {
    const width = widths.get(column);
    if (width !== undefined) widths.set(column, width + take(column.natural - width));
  }
  return [name, ...others].flatMap(each => {
    const width = widths.get(each);
    return width === undefined ? [] : [{ column: each.column, width }];
  });
}

/** Without the columns that no client has anything in, such as users where certificates alone decide. */
const toldOf = (columns: readonly WatchColumn[], rows: readonly WatchedClient[]): readonly WatchColumn[] =>
  columns.filter(({ whole, cell }, index) => index === 0 || whole || rows.some(row => cell(row) !== '-'));

/** `least`: nine of ten cells fit into it, so that one long cell takes no room from everybody. `natural`: all do. */
type Measured = { readonly column: WatchColumn; readonly least: number; readonly natural: number };

function measure(
  column: WatchColumn,
  sample: readonly WatchedClient[],
  shown: readonly WatchedClient[],
): Measured {
  const { title, most, whole, cell, core = cell } = column;
  const floor = Math.max(cells(title), column.least);
  const seen = Math.max(...shown.map(row => cells(cell(row))), floor);
  if (whole) return { column, least: seen, natural: seen };
  const widths = sample.map(row => cells(core(row))).sort((a, b) => a - b);
  const typical = widths[Math.floor((widths.length - 1) * 0.9)] ?? 0;
  const natural = sample.reduce((widest, row) => Math.max(widest, cells(cell(row))), seen);
  const needed = natural - typical <= aLittle ? natural : typical;
  return { column, least: Math.max(floor, Math.min(most, needed)), natural: Math.min(most, natural) };
}

/** A cell that is longer than the others by no more than this is no reason to shorten it. */
const aLittle = 4;

const mostSampled = 200;

/** Evenly spread, and always the same of the same list. */
function sampleOf(all: readonly WatchedClient[]): readonly WatchedClient[] {
  const length = Math.min(all.length, mostSampled);
  const at = (index: number): number => Math.floor((index * all.length) / length);
  return Array.from({ length }, (_, index) => all[at(index)]).filter(client => client !== undefined);
}

/** Behind the name comes what the list is sorted by. Those of one rank belong together. */
function inOrderOfWorth(columns: readonly Measured[], order: ClientOrder): readonly Measured[][] {
  const rank = ({ column }: Measured): number => (column.orders?.includes(order) ? 1 : column.rank);
  const groups = Map.groupBy(columns, rank);
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

const rate = { align: 'right', least: 10, most: 12, whole: true } as const;
const bytes = { align: 'right', least: 8, most: 10, whole: true } as const;

const allColumns = (now: Date): readonly WatchColumn[] => [
  { title: 'name', rank: 0, least: 8, most: 32, cell: ({ client }) => printable(client.commonName) },
  {
    title: 'real address',
    ...{ rank: 5, least: 12, most: 64 },
    cell: ({ client }) => printable(client.realAddress.text),
  },
  {
    title: 'virtual',
    ...{ rank: 4, least: 9, most: 64 },
    cell: ({ client }) => virtualAddresses(client),
    core: ({ client: { virtualIpv4, virtualIpv6 } }) =>
      virtualIpv4 && virtualIpv6 ? `${virtualIpv4} …` : String(virtualIpv4 ?? virtualIpv6 ?? '-'),
  },
  { title: 'in', rank: 2, ...rate, orders: ['in'], cell: ({ meter }) => formatRate(meter.rates?.received) },
  { title: 'out', rank: 3, ...rate, orders: ['out'], cell: ({ meter }) => formatRate(meter.rates?.sent) },
  {
    title: 'received',
    ...{ rank: 7, ...bytes, orders: ['received'] },
    cell: ({ meter }) => formatBytes(meter.received),
  },
  { title: 'sent', rank: 7, ...bytes, orders: ['sent'], cell: ({ meter }) => formatBytes(meter.sent) },
  {
    title: 'for',
    ...{ align: 'right', rank: 6, least: 7, most: 10, whole: true, orders: ['since'] },
    cell: ({ client }) => formatDuration(now.getTime() - client.connectedSince.getTime()),
  },
  { title: 'user', rank: 9, least: 4, most: 32, cell: ({ client }) => printable(client.username ?? '-') },
  { title: 'cipher', rank: 10, least: 6, most: 20, cell: ({ client }) => printable(client.cipher ?? '-') },
];
