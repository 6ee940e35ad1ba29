import { lexLine } from '@ovpnkit/management';
import type { Conversation } from '@ovpnkit/management/testing';

/** What the daemon of a recording says to a command at time `now` of the recording; `undefined` for nothing. */
export type Answers = (line: string, now: number) => readonly string[] | undefined;

type Answer = Conversation['answers'][number];

const histories: Readonly<Record<string, string>> = { state: '>STATE:', log: '>LOG:', echo: '>ECHO:' };
const unknown = ['ERROR: the recording has no answer to this command'];

/**
 * The latest recorded answer to the same command by then, or the first of all. Switches are accepted, and a piece of
 * history is put together from what was recorded. Anything else is an ERROR: nothing is made up.
 */
export function createAnswers(conversation: Conversation): Answers {
  const answers = Map.groupBy(conversation.answers, ({ command }) => command);
  const verbs = Map.groupBy(
    conversation.answers.filter(({ lines }) => lines.includes('END')),
    ({ command }) => wordsOf(command)[0] ?? '',
  );
  const latest = (command: string, now: number): readonly string[] | undefined =>
    latestOf(answers.get(command) ?? [], now)?.lines;

  /** The rows of an answer and what came as notifications since; `undefined` when neither was recorded. */
  const rowsFrom = (verb: string, asked: Answer | undefined, now: number): string[] | undefined => {
    const prefix = histories[verb] ?? '';
    const since = conversation.notifications.filter(
      ({ t, line }) => line.startsWith(prefix) && t > (asked?.t ?? 0) && t <= now,
    );
    if (asked === undefined && since.length === 0) return undefined;
    const rows = asked?.lines.filter(line => line !== 'END' && !line.startsWith('SUCCESS:')) ?? [];
    return [...rows, ...since.map(({ line }) => line.slice(prefix.length))];
  };

  const block = (rows: readonly string[] | undefined): readonly string[] =>
    rows ? [...rows, 'END'] : unknown;

  const history = (verb: string, word: string, now: number): readonly string[] => {
    if (word === 'on' || word === 'off')
      return [`SUCCESS: real-time ${verb} notification set to ${word.toUpperCase()}`];
    const count = word === 'all' ? Number.POSITIVE_INFINITY : /^\d+$/.test(word) ? Number(word) : 0;
    if (count === 0) return [`ERROR: ${verb} parameter must be 'on' or 'off' or some number n or 'all'`];
    const rows = rowsFrom(verb, longestOf(verbs.get(verb) ?? [], now), now);
    return block(rows?.slice(-count));
  };

  return (line, now) => {
    const [verb = '', ...words] = wordsOf(line);
    if (Object.hasOwn(histories, verb) && words.length > 0)
      return words.slice(0, 2).flatMap(word => history(verb, word, now));
    if (verb === 'version' && words.length > 0) return undefined;
    if (verb === 'bytecount') return ['SUCCESS: bytecount interval changed'];
    if (verb === 'state') return block(rowsFrom(verb, latestOf(verbs.get(verb) ?? [], now), now)?.slice(-1));
    return latest(line, now) ?? unknown;
  };
}

function wordsOf(line: string): readonly string[] {
  const lexed = lexLine(line);
  return 'words' in lexed ? lexed.words : [];
}

const latestOf = (answers: readonly Answer[], now: number): Answer | undefined =>
  answers.findLast(({ t }) => t <= now) ?? answers[0];

/** The one with the most rows by then; of several such the latest. */
function longestOf(answers: readonly Answer[], now: number): Answer | undefined {
  const [first] = answers;
  return answers.reduce(
    (longest, answer) =>
      answer.t <= now && answer.lines.length >= (longest?.lines.length ?? 0) ? answer : longest,
    first,
  );
}
