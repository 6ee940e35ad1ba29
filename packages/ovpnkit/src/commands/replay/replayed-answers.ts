import type { Conversation } from '@ovpnkit/management/testing';

/** What the daemon of a recording says to a command at time `now` of the recording; `undefined` for nothing. */
export type Answers = (line: string, now: number) => readonly string[] | undefined;

const histories: Readonly<Record<string, string>> = { state: '>STATE:', log: '>LOG:', echo: '>ECHO:' };

/**
 * The latest recorded answer to the same command by then, or the first of all. Switches are accepted, and a piece of
 * history is put together from what was recorded. Anything else is an ERROR: nothing is made up.
 */
export function createAnswers(conversation: Conversation): Answers {
  const answers = Map.groupBy(conversation.answers, ({ command }) => command);
  const latest = (command: string, now: number): readonly string[] | undefined => {
    const same = answers.get(command);
    return (same?.findLast(({ t }) => t <= now) ?? same?.[0])?.lines;
  };

  /** The rows that were recorded when `verb` was asked for everything, and what came as notifications since. */
  const history = (verb: string, now: number): string[] => {
    const prefix = histories[verb] ?? '';
    const asked = [...(answers.get(`${verb} on all`) ?? []), ...(answers.get(`${verb} all`) ?? [])][0];
    const rows = asked?.lines.filter(line => line !== 'END' && !line.startsWith('SUCCESS:')) ?? [];
    const since = conversation.notifications.filter(
      ({ t, line }) => line.startsWith(prefix) && t > (asked?.t ?? 0) && t <= now,
    );
    return [...rows, ...since.map(({ line }) => line.slice(prefix.length))];
  };

  return (line, now) => {
    const [verb = '', word] = line.split(' ');
    if (histories[verb] && word !== undefined) {
      if (word === 'on' || word === 'off') {
        return [`SUCCESS: real-time ${verb} notification set to ${word.toUpperCase()}`];
      }
      const rows = history(verb, now);
      return [...(word === 'all' ? rows : rows.slice(-Number(word) || rows.length)), 'END'];
    }
    if (verb === 'version' && word !== undefined) return undefined;
    if (verb === 'bytecount') return ['SUCCESS: bytecount interval changed'];
    if (verb === 'state') return [...history(verb, now).slice(-1), 'END'];
    return latest(line, now) ?? ['ERROR: the recording has no answer to this command'];
  };
}
