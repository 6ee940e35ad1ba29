import CliTable from 'cli-table3';
import type { Style } from './style.ts';

/** One column of a table of rows of this kind. */
export type Column<Row> = {
  readonly title: string;
  readonly align?: 'right';
  /** Printable text. */
  cell(row: Row): string;
};

const sides = ['top', 'bottom', 'left', 'right', 'mid'] as const;
const bare = Object.fromEntries(
  sides.flatMap(side => [side, `${side}-mid`, `${side}-left`, `${side}-right`]).map(name => [name, '']),
);

/** Lines of a table without borders: its titles, then a line for each row. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: Style,
): string[] {
  const table = new CliTable({
    head: columns.map(({ title }) => style('bold', title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { ...bare, middle: '  ', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const row of rows) table.push(columns.map(column => column.cell(row)));
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd());
}
