import { median, quantile, type Samples } from './harness.ts';

/** One figure: something that was measured, against its baseline in the same run. */
export type Row = {
  readonly figure: string;
  readonly measured: string;
  readonly baseline: string;
  /** Of each round; absent where there is nothing to compare. */
  readonly ratios?: Samples;
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
};

const titles = ['figure', 'measured', 'baseline', 'ratio', 'quartiles', 'target'] as const;

/** The rows as columns of text. */
export function textTable(rows: readonly Row[]): string {
  const lines = [titles, ...rows.map(cells)];
  const widths = titles.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)));
  const padded = lines.map(line => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return padded.map(line => line.join('  ').trimEnd()).join('\n');
}

/** The rows as a table for README.md. */
export function markdownTable(rows: readonly Row[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows.map(cells)];
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n');
}

function cells({ figure, measured, baseline, ratios, target }: Row): string[] {
  if (!ratios) return [figure, measured, baseline, '', '', ''];
  const [ratio, low, high] = [median(ratios), quantile(ratios, 0.25), quantile(ratios, 0.75)];
  return [
    figure,
    measured,
    baseline,
    ratio.toFixed(2),
    `${low.toFixed(2)} to ${high.toFixed(2)}`,
    target ? verdict(ratio, target) : '',
  ];
}

function verdict(ratio: number, target: NonNullable<Row['target']>): string {
  const [text, met] =
    'atMost' in target
      ? [`at most ${target.atMost}`, ratio <= target.atMost]
      : [`at least ${target.atLeast}`, ratio >= target.atLeast];
  return met ? text : `${text}: MISSED`;
}
