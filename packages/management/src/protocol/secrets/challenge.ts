import type { Span } from './span.ts';

/**
 * Challenges and their answers, wherever they travel: of `CRV1:flags:state:user:text` the state, which the answer must
 * name; of the answer `CRV1::state::answer` all behind the mark; of `SCRV1:password:answer` both, in base64.
 */
export function findChallenges(text: string): Span[] {
  if (!text.includes('CRV1:')) return [];
  const spans: Span[] = [];
  for (const { index, 1: mark = '', 2: answers = '' } of text.matchAll(/(CRV1:)|SCRV1:([^\s'",]*)/g)) {
    if (mark === '') spans.push([index + 'SCRV1:'.length, index + 'SCRV1:'.length + answers.length]);
    else spans.push(inDynamic(text, index + mark.length));
    if (spans.at(-1)?.[1] === endOfMessage(text, 0)) break;
  }
  return spans;
}

function inDynamic(text: string, start: number): Span {
  const answer = text.startsWith(':', start) ? text.indexOf(':', start + 1) : -1;
  if (answer !== -1 && text.startsWith('::', answer)) return [start + 1, endOfMessage(text, start + 1)];
  const flags = text.indexOf(':', start);
  if (flags === -1) return [start, endOfMessage(text, start)];
  const state = text.indexOf(':', flags + 1);
  return [flags + 1, state === -1 ? endOfMessage(text, flags + 1) : state];
}

/** Where the word that begins at `start` ends: at white space, a quote or a comma. */
export function endOfWord(text: string, start: number): number {
  const end = /[\s'",]/g;
  end.lastIndex = start;
  return end.exec(text)?.index ?? text.length;
}

/** What closes a message in the daemon's formats: `'`, `')`, `' (status=1)`, `']`. */
const closing = /(?:['"][)\]]?(?: \(status=-?\d{1,10}\))?|[)\]])$/;

/** Where what begins at `start` and goes to the end of a message ends: before what closes the message. */
export function endOfMessage(text: string, start: number): number {
  const end = text.length - (closing.exec(text.slice(-32))?.[0].length ?? 0);
  return Math.max(start, end);
}
