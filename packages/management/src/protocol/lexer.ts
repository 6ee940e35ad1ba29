import { encodeText } from './text.ts';

/** What is wrong with a command line that the daemon refuses before it looks for a command. */
export type LexicalFault =
  | 'no closing quotation'
  | 'no closing single quotation'
  | 'residual parse state'
  | 'bad backslash'
  | 'parameter too long';

/** What the daemon makes of a command line: its words, none for a blank line or a comment; or nothing but a complaint. */
export type Lexed =
  | { readonly words: readonly string[] }
  | {
      readonly error: LexicalFault;
      /** As much of the parameter as was read when the fault was found. */
      readonly parameter: string;
    };

/** Words behind these are ignored. */
const maxWords = 16;
const maxParameterBytes = 256;

/**
 * Reads a line as OpenVPN's own lexer does, in its odd corners too, because what a program or a profile may do is decided
 * on what the daemon will understand. Commands and configuration files have the same lexer. White space separates words. `"…"` and `'…'` quote at the beginning of a word,
 * and a closing quote ends it. Outside `'…'` a backslash escapes a backslash, a double quote or a space; before
 * anything else it is an error, and at the end of the line it is one inside a word only. `#` or `;` where a word would
 * begin ends the line, even behind a backslash.
 *
 * Of a command, control characters must be gone already: the daemon drops them before it looks. In a configuration
 * file, tabs are white space.
 */
export function lexLine(line: string): Lexed {
  const lexed = lexWords(line);
  return 'error' in lexed ? lexed : { words: lexed.words };
}

type LexedWords =
  | { readonly words: readonly string[]; readonly spans: readonly (readonly [start: number, end: number])[] }
  | Extract<Lexed, { readonly error: LexicalFault }>;

/** The same, with the place of each word in the line: from its first character, or opening quote, to its last. */
export function lexWords(line: string): LexedWords {
  const words: string[] = [];
  const spans: [number, number][] = [];
  const characters = [...line];
  let word = '';
  let bytes = 0;
  let start = 0;
  let place = 0; // of the character that is looked at, its backslash included
  let next = 0; // behind it
  let state: 'between' | 'bare' | 'quoted' | 'single' = 'between';

  const end = (behind: number): void => {
    words.push(word);
    spans.push([start, behind]);
    word = '';
    bytes = 0;
    state = 'between';
  };

  for (let index = 0; index < characters.length && words.length < maxWords; index++) {
    const escaped = characters[index] === '\\' && state !== 'single';
    if (escaped) index++;
    const character = characters[index];
    place = next;
    next += (escaped ? 1 : 0) + (character?.length ?? 0);
    if (character === undefined) {
      // A backslash with nothing behind it: between words it is not there at all.
      if (state === 'bare') return { error: 'residual parse state', parameter: word };
      break;
    }
    let taken = true;
    switch (state) {
      case 'between':
        if (character === '#' || character === ';') return { words, spans };
        start = place;
        taken = !isSpace(character) && (escaped || (character !== '"' && character !== "'"));
        if (taken) state = 'bare';
        else if (character === '"') state = 'quoted';
        else if (character === "'") state = 'single';
        break;
      case 'bare':
        taken = escaped || !isSpace(character);
        if (!taken) end(place);
        break;
      case 'quoted':
        taken = escaped || character !== '"';
        if (!taken) end(next);
        break;
      case 'single':
        taken = character !== "'";
        if (!taken) end(next);
    }
    if (!taken) continue;
    if (escaped && character !== '\\' && character !== '"' && character !== ' ')
      return { error: 'bad backslash', parameter: word };
    word += character;
    bytes += character <= '\x7f' ? 1 : encodeText(character).length;
    if (bytes > maxParameterBytes) return { error: 'parameter too long', parameter: word };
  }
  if (words.length === maxWords) return { words, spans };
  if (state === 'bare') end(next);
  if (state === 'quoted') return { error: 'no closing quotation', parameter: word };
  if (state === 'single') return { error: 'no closing single quotation', parameter: word };
  return { words, spans };
}

/** What C's isspace() takes for white space. */
const isSpace = (character: string): boolean => character === ' ' || (character >= '\t' && character <= '\r');
