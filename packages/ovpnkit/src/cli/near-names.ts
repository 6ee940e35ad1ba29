/** How many names a sentence can list. */
const MOST = 8;

/**
 * The names that somebody may have meant who typed something else, the nearest first: those that it begins, or one of
 * whose words it begins, then those that it misspells. Empty when nothing is near.
 */
export function nearNames(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase().replace(/_/g, '-');
  const ranked = names.flatMap(name => {
    const rank = rankOf(wanted, name.toLowerCase());
    return rank === undefined ? [] : [{ name, rank }];
  });
  ranked.sort((one, other) => one.rank - other.rank);
  // Whoever wrote the beginning of a name did not misspell another, and a name is nearer than one of its words.
  const best =
    [WORD_BEGUN, MISSPELLED, WORD_MISSPELLED].find(rank => ranked.some(each => each.rank <= rank)) ?? 0;
  return ranked
    .filter(({ rank }) => rank <= best)
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** `; did you mean status?`, or nothing. */
export function suggestion(near: readonly string[]): string {
  const [last, ...rest] = near.toReversed();
  if (last === undefined) return '';
  return `; did you mean ${rest.length > 0 ? `${rest.reverse().join(', ')} or ${last}` : last}?`;
}

const NAME_BEGUN = 0;
const WORD_BEGUN = 1;
/** And as much less as there are mistakes less than three. */
const MISSPELLED = 4;
const WORD_MISSPELLED = 5;

function rankOf(typed: string, name: string): number | undefined {
  const [bare, whole] = [typed, name].map(text => text.replace(/^-+/, '')) as [string, string];
  const words = whole.split('-');
  if (bare.length < 2) return undefined;
  if (whole.startsWith(bare)) return NAME_BEGUN;
  if (words.some(word => word.startsWith(bare))) return WORD_BEGUN;
  const distance = distanceOf(bare, whole);
  if (distance <= allowance(bare)) return MISSPELLED - 2 + distance;
  const isNear = (word: string): boolean =>
    word.length > 3 && (bare.startsWith(word) || distanceOf(bare, word) <= allowance(bare));
  return words.some(isNear) ? WORD_MISSPELLED : undefined;
}

/** One mistake, and two from seven letters on. */
const allowance = (typed: string): number => (typed.length < 3 ? 0 : typed.length < 7 ? 1 : 2);

/** How many letters have to be put in, left out, changed or swapped with their neighbour. */
function distanceOf(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j] ?? 0, (before[j - 2] ?? 0) + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
