/** What the daemon makes of a command line: its words, or nothing but a complaint. */
export type Lexed = { readonly words: readonly string[] } | { readonly error: string };

/** Words behind these are ignored. */
const maxWords = 16;

/**
 * Reads a command line as OpenVPN's own lexer does, in its odd corners too, because what a program may do is decided
 * on what the daemon will understand. White space separates words. `"…"` and `'…'` quote at the beginning of a word,
 * and a closing quote ends it. Outside `'…'` a backslash escapes a backslash, a double quote or a space; before
 * anything else it is an error. `#` or `;` where a word would begin ends the line, even behind a backslash.
 *
 * Control characters must be gone already: the daemon drops them before it looks.
 */
export function lexLine(line: string): Lexed {
  const words: string[] = [];
  let word = '';
  let state: 'between' | 'bare' | 'quoted' | 'single' = 'between';

  const end = (): void => {
    words.push(word);
    word = '';
    state = 'between';
  };

  for (let index = 0; index < line.length && words.length < maxWords; index++) {
    const escaped = line[index] === '\\' && state !== 'single';
    if (escaped) index++;
    const character = line[index];
    if (character === undefined) return { error: 'residual parse state' };
    let taken = true;
    switch (state) {
      case 'between':
        if (character === '#' || character === ';') return { words };
        taken = character !== ' ' && (escaped || (character !== '"' && character !== "'"));
        if (taken) state = 'bare';
        else if (character === '"') state = 'quoted';
        else if (character === "'") state = 'single';
        break;
      case 'bare':
        taken = escaped || character !== ' ';
        if (!taken) end();
        break;
      case 'quoted':
        taken = escaped || character !== '"';
        if (!taken) end();
        break;
      case 'single':
        taken = character !== "'";
        if (!taken) end();
    }
    if (!taken) continue;
    if (escaped && character !== '\\' && character !== '"' && character !== ' ')
      return { error: 'bad backslash' };
    word += character;
  }
  if (words.length === maxWords) return { words };
  if (state === 'bare') end();
  return state === 'between' ? { words } : { error: 'no closing quotation mark' };
}
