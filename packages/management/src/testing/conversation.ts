import { type Asked, createDialogue, type Said } from './dialogue.ts';
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

/**
 * Takes a recording apart. Commands are matched with their answers by order and by the known shapes of replies; a
 * command that was answered by nothing is left out, and so is what came of a connection's handshake. A block whose END the
 * daemon lost ends where it answers a later command, and has no END in `lines` either.
 */
export function readConversation(recording: readonly RecordedChunk[]): Conversation {
  const notifications: { t: number; line: string }[] = [];
  const answers: { t: number; command: string; lines: readonly string[] }[] = [];
  let greeting: string | undefined;
  let dialogue = createDialogue();
  let lines: string[] = []; // of the answer that is not complete
  let open: Asked | undefined; // what they answer

  const finish = (t: number, { command }: Asked): void => {
    if (command !== undefined && lines.length > 0) answers.push({ t, command, lines });
    lines = [];
    open = undefined;
  };

  const take = (t: number, { frame, answers: asked, done }: Said): void => {
    if (asked) {
      // The end of the answer before was lost.
      if (open && open !== asked) finish(t, open);
      open = asked;
      lines.push(frame.line);
      if (done) finish(t, asked);
    } else if (frame.line.startsWith('>INFO:')) greeting ??= frame.line;
    else if (frame.type === 'notification') notifications.push({ t, line: frame.line });
  };

  for (const { t, dir, bytes } of recording) {
    if (dir === 'C') dialogue.send(bytes);
    else if (dir === 'S') for (const said of dialogue.hear(bytes)) take(t, said);
    else {
      dialogue = createDialogue();
      lines = [];
      open = undefined;
    }
  }
  return { greeting, notifications, answers };
}
