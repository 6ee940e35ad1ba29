import { printable } from '../output/printable.ts';

const WIDTH = 32;

/** The heading and a line for each number, dots between. */
export const formatStatistics = (statistics: ReadonlyMap<string, bigint>): string[] => [
  '',
  'Connection statistics:',
  ...[...statistics].map(([name, value]) => {
    const shown = printable(name);
    return `     ${shown}${String(value).padStart(WIDTH - shown.length, '.')}`;
  }),
];
