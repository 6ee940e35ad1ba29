import { lexLine } from '../protocol/lexer.ts';
import { multiLine } from '../protocol/shape.ts';
import { decodeText } from '../protocol/text.ts';

/**
 * One thing that a program asks of the hub: a command with its raw line (control characters dropped, as the daemon
 * drops them) and the words that the daemon will see in it, and its body if it has one; or what must be refused.
 */
export type Request =
  | {
      readonly type: 'command';
      readonly line: string;
      readonly words: readonly string[];
      readonly body: readonly string[] | undefined;
    }
  | { readonly type: 'refused'; readonly problem: string };

export type SessionInput = { push(chunk: Uint8Array): Request[] };

/**
 * The longest line that is forwarded. The daemon takes 1,023 bytes, but it reads in pieces of 256 and loses what
 * follows a line that does not fit; with one command in flight nothing follows a command line, so 1,023 it is there.
 * The lines of a body are followed by others: 768 for them (both measured on 2.6.14).
 */
const maxLine = 1023;
const maxBodyLine = 768;
const maxBody = 256 * 1024;

/**
 * Reads what a program sends to its session. A line that is too long is refused as a whole: the daemon would run its
 * end as a new command. What comes without a line end waits for it, as it does at the daemon.
 */
export function createSessionInput(): SessionInput {
  let kept: number[] = [];
  let overlong = false;
  let open:
    | { line: string; words: readonly string[]; body: string[]; size: number; problem?: string }
    | undefined;

  const complete = (): Request | undefined => {
    const line = decodeText(Uint8Array.from(kept));
    const tooLong = overlong || (open !== undefined && kept.length > maxBodyLine);
    const length = kept.length;
    kept = [];
    overlong = false;
    if (open) return bodyLine(line, length, tooLong);
    if (tooLong) return { type: 'refused', problem: `the line has more than ${maxLine} bytes` };
    const lexed = lexLine(line);
    // What the lexer refuses goes to the daemon, which answers in its own words.
    const words = 'words' in lexed ? lexed.words : [];
    if (needsBody(words)) {
      open = { line, words, body: [], size: 0 };
      return undefined;
    }
    return { type: 'command', line, words, body: undefined };
  };

  const bodyLine = (line: string, length: number, tooLong: boolean): Request | undefined => {
    if (!open) return undefined;
    open.size += length + 1;
    if (tooLong) open.problem = `a line of the body has more than ${maxBodyLine} bytes`;
    if (open.size > maxBody) open.problem = `the body has more than ${maxBody} bytes`;
    if (line !== 'END') {
      if (!open.problem) open.body.push(line);
      return undefined;
    }
    const { problem, words, body } = open;
    const command = { type: 'command', line: open.line, words, body } as const;
    open = undefined;
    return problem === undefined ? command : { type: 'refused', problem };
  };

  return {
    push(chunk) {
      const requests: Request[] = [];
      for (const byte of chunk) {
        if (byte === 0x0a) {
          const request = complete();
          if (request) requests.push(request);
        } else if (byte >= 0x20 && byte !== 0x7f) {
          if (kept.length < maxLine) kept.push(byte);
          else overlong = true;
        }
      }
      return requests;
    },
  };
}

/** Whether the daemon takes the lines behind this command for its body. With bad numbers it does not. */
function needsBody([verb = '', first = '', second = '']: readonly string[]): boolean {
  if (!multiLine.has(verb)) return false;
  if (verb === 'client-auth') return startsWithNumber(first) && startsWithNumber(second);
  return verb !== 'client-pf' || startsWithNumber(first);
}

function startsWithNumber(text: string): boolean {
  return /^\s*\d/.test(text);
}
