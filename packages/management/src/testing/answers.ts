import { multiLine } from '../protocol/shape.ts';

type Answer = string | readonly string[];

/**
 * What a daemon says to a program's lines: a line or several, or nothing. In a table by command line, where a command
 * with a body (`client-auth`, `pk-sig`) is answered after its `END`; or of a function, which sees every line.
 */
export type Answers = Readonly<Record<string, Answer>> | ((line: string) => Answer | undefined);

/** A function that answers one line after the other. A command that a table does not have is unknown to the daemon. */
export function answerer(answers: Answers): (line: string) => readonly string[] {
  const answer = typeof answers === 'function' ? answers : fromTable(answers);
  return line => {
    const said = answer(line) ?? [];
    return typeof said === 'string' ? [said] : said;
  };
}

function fromTable(table: Readonly<Record<string, Answer>>): (line: string) => Answer | undefined {
  let open: string | undefined; // the command whose body is coming
  return line => {
    const [verb = ''] = line.split(' ');
    if (multiLine.has(verb)) open ??= line;
    if (open !== undefined && line !== 'END') return undefined;
    const command = open ?? line;
    open = undefined;
    return Object.hasOwn(table, command)
      ? table[command]
      : "ERROR: unknown command, enter 'help' for more options";
  };
}
