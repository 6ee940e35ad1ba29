import { lexWords } from '../lexer.ts';
import { replyShape } from '../shape.ts';
import { endOfWord, findChallenges } from './challenge.ts';
import { moved, type Span } from './span.ts';

/** The commands that give the daemon a secret, and how many words may be seen, the verb among them. */
const shownWords: Readonly<Record<string, number>> = { password: 2, needstr: 1, 'cr-response': 1 };

/**
 * How many words of a command may be seen, the verb among them; the rest is a secret. None of one that is not known
 * here: it may be a password in the wrong place. A word that may be seen can hold a secret nevertheless: see
 * {@link findInCommand}.
 */
export function countShownWords(words: readonly string[]): number {
  const [verb = ''] = words;
  if (replyShape(words) === undefined) return 0;
  return Object.hasOwn(shownWords, verb) ? (shownWords[verb] ?? 0) : Number.POSITIVE_INFINITY;
}

/** The secrets in a command line, as the daemon's lexer reads it. */
export function findInCommand(line: string): Span[] {
  // The daemon drops control characters before it looks: what is left may be any command.
  if (/[\x00-\x1f\x7f]/.test(line)) return [[0, line.length]];
  const lexed = lexWords(line);
  if ('error' in lexed) return [[endOfFirstWord(line), line.length]];
  const { words, spans } = lexed;
  if (words.length === 0) return line.trim() === '' ? [] : [[0, line.length]];
  const shown = countShownWords(words);
  // Behind the words that the daemon reads there may be a comment. Where a secret belongs, it is one that begins with '#'.
  const tail = shown === Number.POSITIVE_INFINITY ? line.length : spans.at(-1)?.[1];
  const hidden = spans[shown]?.[0] ?? tail ?? 0;
  const secrets: Span[] = line.slice(hidden).trim() === '' ? [] : [[hidden, line.length]];
  for (const [start, end] of spans.slice(0, shown))
    secrets.push(...moved(findInParameter(line.slice(start, end)), start));
  return secrets;
}

/** Where a line that the daemon refuses goes on behind its verb; at its beginning when it has none that is known. */
function endOfFirstWord(line: string): number {
  const end = endOfWord(line, 0);
  return end > 0 && replyShape([line.slice(0, end)]) !== undefined ? end : 0;
}

/** What follows these in a parameter, or in a line of a body, is a secret up to the end of that. */
const before = /WEB_AUTH:(?:[^:]*:)?|OPEN_URL:|auth-token["']?\\?\s+/;

/** The secrets in one parameter of a command: the address of a page to sign in, the state of a challenge, a token. */
export function findInParameter(word: string): Span[] {
  const spans = findChallenges(word);
  const found = before.exec(word);
  if (found) {
    const start = found.index + found[0].length;
    const closed = /["']$/.test(word) && start < word.length;
    spans.push([start, word.length - (closed ? 1 : 0)]);
  }
  return spans;
}
