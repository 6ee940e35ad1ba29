import { type LexicalFault, lexLine } from '../protocol/lexer.ts';
import { type InputLine, maxBodyLine, maxLine } from './session-input.ts';

/** A command as a program wrote it, the words that the daemon will see in it, and its body if it has one. */
export type CommandRequest = {
  readonly type: 'command';
  readonly line: string;
  readonly words: readonly string[];
  readonly body: readonly string[] | undefined;
};

/** One thing that a program asks of the hub, or what must be refused. */
export type Request =
  | CommandRequest
  /** The daemon will complain about this line whatever it says: no word of it is a command. */
  | { readonly type: 'faulty'; readonly line: string }
  | { readonly type: 'refused'; readonly problem: string };

/** Puts lines together to requests. */
export type RequestReader = {
  /** The request that this line completes; `undefined` for blank lines, comments, and inside a body. */
  push(line: InputLine): Request | undefined;
};

const maxBody = 256 * 1024;

/**
 * `takesBody` tells, at the moment when a command line comes, whether the daemon would take the lines behind it for its
 * body. Where it would not, they are commands like all others.
 *
 * A line that is too long is refused as a whole: the daemon would run its end as a new command.
 */
export function createRequestReader(takesBody: (words: readonly string[]) => boolean): RequestReader {
  let open:
    | { line: string; words: readonly string[]; body: string[]; size: number; problem?: string }
    | undefined;

  const first = (input: InputLine): Request | undefined => {
    if ('type' in input) return { type: 'refused', problem: `the line has more than ${maxLine} bytes` };
    const lexed = lexLine(input.text);
    if ('error' in lexed) return { type: 'faulty', line: standIn(lexed.error, lexed.parameter) };
    const { words } = lexed;
    if (words.length === 0) return undefined;
    if (!takesBody(words)) return { type: 'command', line: input.text, words, body: undefined };
    open = { line: input.text, words, body: [], size: 0 };
    if (input.length > maxBodyLine) open.problem = tooLong(words);
    return undefined;
  };

  const next = (command: NonNullable<typeof open>, input: InputLine): Request | undefined => {
    const [text, length] = 'type' in input ? ['', maxLine + 1] : [input.text, input.length];
    const { words, line, body } = command;
    command.size += length + 1;
    if (length > maxBodyLine) command.problem ??= tooLong(words);
    if (command.size > maxBody) command.problem ??= `the body of ${words[0]} has more than ${maxBody} bytes`;
    if (text !== 'END') {
      if (command.problem === undefined) body.push(text);
      return undefined;
    }
    open = undefined;
    const { problem } = command;
    return problem === undefined ? { type: 'command', line, words, body } : { type: 'refused', problem };
  };

  return { push: input => (open ? next(open, input) : first(input)) };
}

function tooLong([verb]: readonly string[]): string {
  return `a line of ${verb} has more than ${maxBodyLine} bytes, which are safe with a body`;
}

/**
 * A line with the same fault, about which the daemon complains in the same words. The line itself is not sent: were it
 * read otherwise here than there, it could hold a command that the program may not give.
 */
function standIn(fault: LexicalFault, parameter: string): string {
  switch (fault) {
    case 'no closing quotation':
      return '"';
    case 'no closing single quotation':
      return "'";
    case 'residual parse state':
      return 'x\\';
    case 'bad backslash':
      return '\\x';
    case 'parameter too long':
      // The complaint quotes it.
      return `"${parameter.replace(/[\\"]/g, '\\$&')}"`;
  }
}
