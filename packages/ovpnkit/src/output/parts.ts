import { cells, shorten } from './cut.ts';

/** A piece of a line that is shown whole or not at all. */
export type Part = {
  /** The best and longest first, without colours; each with its rank: the lowest in a line has to go first. */
  readonly spellings: readonly (readonly [text: string, rank: number])[];
  /** Colours the text. */
  readonly paint?: (text: string) => string;
};

const gap = '  ';

/** As many parts as fit into this many cells, in their order. The one that is left at last is shortened. */
export function joinParts(parts: readonly Part[], columns: number): string {
  let shown = parts.filter(part => textOf(part) !== '');
  while (width(shown) > columns) {
    const least = shown.reduce((lowest, part) => (rankOf(part) < rankOf(lowest) ? part : lowest));
    const [, ...shorter] = least.spellings;
    if (shown.length === 1 && shorter.length === 0) return paint(least, shorten(textOf(least), columns));
    shown = shown.flatMap(part =>
      part !== least ? [part] : shorter.length > 0 ? [{ ...part, spellings: shorter }] : [],
    );
  }
  return shown.map(part => paint(part, textOf(part))).join(gap);
}

const textOf = ({ spellings }: Part): string => spellings[0]?.[0] ?? '';
const rankOf = ({ spellings }: Part): number => spellings[0]?.[1] ?? 0;
const paint = (part: Part, text: string): string => part.paint?.(text) ?? text;

const width = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + cells(textOf(part)), gap.length * (parts.length - 1));
