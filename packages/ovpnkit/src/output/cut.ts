import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';

/** The beginning of a line, colours included, that takes at most this many cells of a terminal. */
export function cut(line: string, columns: number): string {
  const piece = sliceAnsi(line, 0, columns);
  // A wide character that begins in the last cell is in the slice although it takes one cell more.
  return stringWidth(piece) > columns ? sliceAnsi(line, 0, columns - 1) : piece;
}

/** Text without colours in lines of at most this many cells. */
export function wrap(text: string, columns: number): string[] {
  const line = cut(text, columns);
  return line === text || line === '' ? [line] : [line, ...wrap(text.slice(line.length), columns)];
}
