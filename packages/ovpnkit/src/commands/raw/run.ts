import type { ReplyPart } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { printable } from '../../output/printable.ts';

/** `ovpnkit raw`. */
export async function runRaw(
  { connect, print }: Context,
  { reply }: { readonly reply: 'status' | 'block' | undefined },
  words: readonly string[],
): Promise<Outcome> {
  const daemon = await connect();
  const parts = await daemon.raw(words.join(' '), reply && [reply]);
  // Tabs are data here, and harmless: they separate the columns of `status 3`.
  for (const line of parts.flatMap(linesOf)) print(line.split('\t').map(printable).join('\t'));
  return 'ok';
}

function linesOf(part: ReplyPart): readonly string[] {
  switch (part.type) {
    case 'success':
    case 'error':
      return [...part.lines, part.text];
    case 'block':
      return part.lines;
    case 'notification':
      return [part.line];
  }
}
