/** Text for a manual page: nothing in it is a request or an escape, and quotes and hyphens can be copied to a shell. */
export const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\(rs')
    .replace(/[-'`~^"]/g, character => special[character] ?? character)
    .replace(
      /[^\x20-\x7e]/gu,
      character => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^\./, '\\&.');

const special: Readonly<Record<string, string>> = {
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '~': '\\(ti',
  '^': '\\(ha',
  '"': '\\(dq',
};

/** A term in bold, its values in italics: what stands in `<` and `>` or `[` and `]`. */
export const roffTerm = (term: string): string =>
  term
    .trim()
    .split(/(<[^>]*>|\[[^\]]*\])/)
    .filter(part => part !== '')
    .map(part =>
      /^[<[]/.test(part) ? `\\fI${roff(part.replace(/^<|>$/g, ''))}\\fR` : `\\fB${roff(part)}\\fR`,
    )
    .join('');

/** Terms, and below each what it means. */
export const roffList = (rows: readonly (readonly [term: string, meaning: string])[]): string[] =>
  rows.flatMap(([term, meaning]) => ['.TP', roffTerm(term), roff(meaning)]);

export const roffParagraph = (text: string): string[] => ['.PP', roff(text)];

/** Lines that stay as they are. */
export const roffVerbatim = (lines: readonly string[]): string[] => [
  '.PP',
  '.RS 4',
  '.nf',
  ...lines.map(roff),
  '.fi',
  '.RE',
];
