import { checkRaw, EncodeError, type ReplyPart } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { printable } from '../../output/printable.ts';

/** `ovpnkit raw`. */
export async function runRaw(
  { connect, print }: Context,
  { reply }: { readonly reply: 'status' | 'block' | undefined },
  words: readonly string[],
): Promise<Outcome> {
  const line = words.join(' ');
  if (line.trim() === '') throw new UsageError('say which command to send, such as `ovpnkit raw verb 5`');
  checkRaw(line, [reply ?? 'status']);
  if (reply === undefined) refuseUnknown(line);
  const daemon = await connect();
  const parts = await daemon.raw(line, reply && [reply]);
  // Tabs are data here, and harmless: they separate the columns of `status 3`.
  for (const line of parts.flatMap(linesOf)) print(line.split('\t').map(printable).join('\t'));
  return 'ok';
}

/** Without a reply that is known, the end of the answer would be guessed. */
function refuseUnknown(line: string): void {
  try {
    checkRaw(line);
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    const [verb] = line.trim().split(/\s/);
    throw new UsageError(
      `how the answer to '${verb}' ends is not known here: add --reply status if with SUCCESS or ERROR, --reply block if with END`,
      { cause: error },
    );
  }
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
