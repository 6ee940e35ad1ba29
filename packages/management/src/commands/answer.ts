import type { SendOptions } from '../connection/command-queue.ts';
import { ParseError } from '../errors.ts';
import type { Command } from '../protocol/command.ts';
import { parseCounter } from '../protocol/field.ts';
import type { Reply } from '../protocol/reply.ts';

/** Sends one command and resolves with its reply. */
export type Run = (command: Command, options?: SendOptions) => Promise<Reply>;

/** What stands behind `SUCCESS: `, found in the last status part of the reply. */
export function successText(reply: Reply): string {
  return reply.findLast(part => part.type === 'success')?.text ?? '';
}

/** The lines of the reply's blocks. */
export function blockLines(reply: Reply): readonly string[] {
  return reply.flatMap(part => (part.type === 'block' ? part.lines : []));
}

/** Every line must be one that `parse` knows; otherwise a ParseError, so that none is left out unnoticed. */
export function parseLines<T>(
  verb: string,
  lines: readonly string[],
  parse: (line: string) => T | undefined,
): T[] {
  return lines.map(line => {
    const value = parse(line);
    if (value === undefined) throw new ParseError(verb, line);
    return value;
  });
}

/** The number behind `name=` in a success text, as in `pid=4711`; otherwise a ParseError. */
export function namedNumber(verb: string, text: string, name: string): bigint {
  const field = text.split(',').find(part => part.startsWith(`${name}=`));
  const number = parseCounter(field?.slice(name.length + 1) ?? '');
  if (number === undefined) throw new ParseError(verb, text);
  return number;
}
