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

/** Why a block of the reply has less than the daemon had to tell; `undefined` when it is whole. */
export function cutOf(reply: Reply): string | undefined {
  for (const part of reply) if (part.type === 'block' && part.cut !== undefined) return part.cut;
  return undefined;
}

/** The lines of the reply's blocks. A ParseError when they are not all: half an answer would pass for the whole one. */
export function blockLines(verb: string, reply: Reply): readonly string[] {
  const cut = cutOf(reply);
  const lines = reply.flatMap(part => (part.type === 'block' ? part.lines : []));
  if (cut !== undefined) throw new ParseError(verb, lines.at(-1) ?? '', cut);
  return lines;
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
