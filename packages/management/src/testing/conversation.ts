import { createDecoder } from '../protocol/decoder.ts';
import { lexLine } from '../protocol/lexer.ts';
import { createReplyAssembler } from '../protocol/reply.ts';
import { replyShape, type Shape } from '../protocol/shape.ts';
import type { RecordedChunk } from './recording.ts';

/** A recording taken apart: what the daemon said by itself, and what it answered. Times are those of the recording. */
export type Conversation = {
  /** The daemon's first line; `undefined` when the recording has none. */
  readonly greeting: string | undefined;
  /** In order. The lines of one `>CLIENT:` event follow each other. */
  readonly notifications: readonly { readonly t: number; readonly line: string }[];
  /** In order, by the command line that was answered. `lines` is the whole answer as it came. */
  readonly answers: readonly {
    readonly t: number;
    readonly command: string;
    readonly lines: readonly string[];
  }[];
};

type Asked = { readonly command: string; readonly shape: Shape; readonly lines: string[] };

/**
 * Takes a recording apart. Commands are matched with their answers by order and by the known shapes of replies; a
 * command that was answered by nothing is left out, and so is what came of a connection's handshake.
 */
export function readConversation(recording: readonly RecordedChunk[]): Conversation {
  const notifications: { t: number; line: string }[] = [];
  const answers: { t: number; command: string; lines: readonly string[] }[] = [];
  let greeting: string | undefined;
  let decoder = createDecoder();
  let asked: Asked[] = [];
  let assembler: ReturnType<typeof createReplyAssembler> | undefined;
  let sent = '';

  const take = (t: number, chunk: Uint8Array): void => {
    for (const frame of decoder.push(chunk)) {
      const [first] = asked;
      assembler ??= first && createReplyAssembler(first.shape);
      const assembly = assembler?.push(frame) ?? 'foreign';
      if (assembly !== 'foreign') first?.lines.push(frame.line);
      if (assembly === 'done' && first) {
        answers.push({ t, command: first.command, lines: first.lines });
        asked.shift();
        assembler = undefined;
      }
      if (assembly !== 'foreign') continue;
      if (frame.line.startsWith('>INFO:')) greeting ??= frame.line;
      else if (frame.type === 'notification') notifications.push({ t, line: frame.line });
    }
  };

  const ask = (chunk: Uint8Array): void => {
    const lines = (sent + Buffer.from(chunk).toString('latin1')).split('\n');
    sent = lines.pop() ?? '';
    for (const line of lines) {
      const command = line.replace(/\r$/, '');
      const lexed = lexLine(command);
      const shape = replyShape('words' in lexed ? lexed.words : []);
      if (shape && shape.length > 0) asked.push({ command, shape, lines: [] });
    }
  };

  for (const { t, dir, bytes } of recording) {
    if (dir === 'S') take(t, bytes);
    else if (dir === 'C') ask(bytes);
    else {
      decoder = createDecoder();
      asked = [];
      assembler = undefined;
      sent = '';
    }
  }
  return { greeting, notifications, answers };
}
