/** A piece of a line, by the indexes of its first character and of the one behind its last. */
export type Span = readonly [start: number, end: number];

/** The text with `cover(piece)` in the place of each of these pieces. They may overlap and come in any order. */
export function replaceSpans(text: string, spans: readonly Span[], cover: (piece: string) => string): string {
  if (spans.length === 0) return text;
  let shown = '';
  let done = 0;
  for (const [start, end] of joined(spans)) {
    shown += text.slice(done, start) + cover(text.slice(start, end));
    done = end;
  }
  return shown + text.slice(done);
}

function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const [start, end] of spans.toSorted(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last && start <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], end)];
    else result.push([start, end]);
  }
  return result;
}

/** The same pieces of a text that begins at `offset` of a longer one. */
export const moved = (spans: readonly Span[], offset: number): Span[] =>
  spans.map(([start, end]) => [start + offset, end + offset]);
