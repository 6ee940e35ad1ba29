/** Lines of at most so many characters, where the words allow it. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Terms in a column, and beside each what it means. A term that is too long for the column has a line of its own. */
export function definitions(
  rows: readonly (readonly [term: string, meaning: string])[],
  width: number,
  widest: number,
): string[] {
  const fitting = rows.map(([term]) => term.length).filter(length => length <= widest);
  const column = 2 + Math.max(0, ...fitting) + 2;
  const indent = ' '.repeat(column);
  return rows.flatMap(([term, meaning]) => {
    const [first = '', ...rest] = wrap(meaning, Math.max(width - column, 20));
    const head = `  ${term}`;
    const lines = rest.map(line => `${indent}${line}`);
    if (head.length + 2 > column) return [head, `${indent}${first}`, ...lines];
    return [`${head.padEnd(column)}${first}`.trimEnd(), ...lines];
  });
}

/** A command for a shell, continued in further lines where it is too long: before an option, and behind a pipe. */
export function foldCommand(line: string, width: number): string[] {
  const pieces = line.split(/ (?=--|\| )(?=(?:[^']*'[^']*')*[^']*$)/);
  const lines: string[] = [];
  let current = '';
  for (const piece of pieces) {
    if (current !== '' && current.length + 1 + piece.length > width - 2) {
      lines.push(`${current} \\`);
      current = `  ${piece}`;
    } else current = current === '' ? piece : `${current} ${piece}`;
  }
  return [...lines, current];
}

/** What a help may take of a terminal. */
export const helpWidth = (): number => Math.min(Math.max(process.stdout.columns ?? 80, 40), 80);
