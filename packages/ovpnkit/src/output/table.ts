import stringWidth from 'string-width';
import type { Style } from './style.ts';

/** One column of a table of rows of this kind. */
export type Column<Row> = {
  readonly title: string;
  readonly align?: 'right';
  /** Printable text. */
  cell(row: Row): string;
};

const gap = '  ';

/** Lines of a table without borders: its titles, then a line for each row. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: Style,
): string[] {
  const cells = columns.map(column => rows.map(column.cell));
  const measured = columns.map(({ title, align }, index) => {
    const texts = cells[index] ?? [];
    const widths = texts.map(widthOf);
    const width = widths.reduce((most, each) => Math.max(most, each), widthOf(title));
    const pad = (text: string, cells: number): string => {
      const spaces = ' '.repeat(width - cells);
      return align === 'right' ? spaces + text : text + spaces;
    };
    return {
      title: pad(style('bold', title), widthOf(title)),
      cell: (row: number) => pad(texts[row] ?? '', widths[row] ?? 0),
    };
  });
  const lines = rows.map((_, row) =>
    measured
      .map(({ cell }) => cell(row))
      .join(gap)
      .trimEnd(),
  );
  return [
    measured
      .map(({ title }) => title)
      .join(gap)
      .trimEnd(),
    ...lines,
  ];
}

const narrow = /^[ -~]*$/;

/** How many cells of a terminal the text takes. */
function widthOf(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text);
}
