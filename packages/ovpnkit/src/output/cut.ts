import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';

/** Text of which every character takes one cell. Nearly all is, and measuring the rest costs a hundred times as much. */
const narrow = /^[\x20-\x7e…]*$/;
const colors = /\x1b\[[\d;]*m/g;

/** How many cells of a terminal a line takes, colours not counted. */
export function cells(line: string): number {
  const text = line.includes('\x1b') ? line.replace(colors, '') : line;
  return narrow.test(text) ? text.length : stringWidth(text);
}

/** The beginning of a line, colours included, that takes at most this many cells of a terminal. */
export function cut(line: string, columns: number): string {
  if (cells(line) <= columns) return line;
  if (columns <= 0) return '';
  if (narrow.test(line)) return line.slice(0, columns);
  // A character that begins in the last cell is in the slice although it takes more of them.
  let width = columns;
  let piece = sliceAnsi(line, 0, width);
  while (width > 0 && stringWidth(piece) > columns) piece = sliceAnsi(line, 0, --width);
  return piece;
}

/** The IPv6 address, or the number, IPv4 address or time, that a piece of text ends in. */
const openNumber = /(?:[\da-f]{0,4}:[\da-f:.]*|[\p{Nd}.:,/-]*\p{Nd}[\p{Nd}.:,/-]*)$/iu;
const numberGoesOn = /^[\p{Nd}a-f.:,/-]/iu;
/** A word up to this length is left out rather than cut. */
const longestWord = 12;

/**
 * Text without colours in at most this many cells: what does not fit ends in `…`. A number is never shown in part,
 * because the part would be another number; neither is a short word.
 */
export function shorten(text: string, columns: number): string {
  if (cells(text) <= columns) return text;
  if (columns < 2) return columns === 1 ? '…' : '';
  const kept = cut(text, columns - 1);
  const space = kept.lastIndexOf(' ');
  if (space > 0 && kept.length - space <= longestWord) return `${kept.slice(0, space).trimEnd()} …`;
  if (!numberGoesOn.test(text.slice(kept.length))) return `${kept}…`;
  // Of a long address whole groups are left, of a name that is one long number a part.
  const groups = kept.slice(0, kept.search(/[.:/-][^.:/-]*$/) + 1);
  return `${kept.replace(openNumber, '') || groups || kept}…`;
}

/**
 * Text without colours in lines of at most this many cells, at most so many of them. It is broken at spaces;
 * a word that is longer than a line is broken where the line ends. What is too much then is shortened.
 */
export function wrap(text: string, columns: number, most = Infinity): string[] {
  if (columns <= 0) return [];
  const lines: string[] = [];
  let rest = text;
  while (cells(rest) > columns) {
    if (lines.length === most - 1) return [...lines, shorten(rest, columns)];
    const piece = cut(rest, columns) || [...rest].slice(0, 1).join('');
    const space = rest[piece.length] === ' ' ? piece.length : piece.lastIndexOf(' ');
    const line = space > 0 ? rest.slice(0, space) : piece;
    lines.push(cut(line, columns).trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return [...lines, rest];
}
