import { createDecoder } from '../protocol/decoder.ts';
import type { Frame } from '../protocol/frame.ts';
import { lexLine } from '../protocol/lexer.ts';
import { createReplyAssembler } from '../protocol/reply.ts';
import { multiLine, replyShape, type Shape } from '../protocol/shape.ts';
import { decodeText } from '../protocol/text.ts';

/** What a program sent and the daemon answers: a command, or the password of the management interface. */
export type Asked = {
  /** The command line; `undefined` for a password. */
  readonly command: string | undefined;
  /** How many bytes the program had sent with it, its body included. */
  readonly sent: number;
};

/** One line of the daemon. */
export type Said = {
  readonly frame: Frame;
  /** What it answers, whole or in part; `undefined` for a line that the daemon says by itself. */
  readonly answers: Asked | undefined;
  /** Whether that answer is complete now. */
  readonly done: boolean;
};

/** One connection of a recording. Commands are matched with their answers by order and by the known shapes of replies. */
export type Dialogue = {
  /** Takes what the program sent. */
  send(chunk: Uint8Array): void;
  /** Takes what the daemon said. */
  hear(chunk: Uint8Array): Said[];
  /**
   * How many bytes the program had sent up to the last line that it did not send ahead, while another was not answered yet:
   * what it sent ahead, another program sends only when it has that answer.
   */
  readonly certain: number;
};

/** The answers that no other command has and no block as a row: what was asked before has none any more. */
const proof = /^SUCCESS: (pid|hold|verb|mute)=\d+$/;

type Line = { readonly text: string; readonly sent: number };

export function createDialogue(): Dialogue {
  const decoder = createDecoder();
  const asked: (Asked & { readonly verb: string | undefined; readonly shape: Shape })[] = [];
  let assembler: ReturnType<typeof createReplyAssembler> | undefined;
  let unread: Line[] = []; // whether the first is a password, the daemon's next line tells
  let parts: Uint8Array[] = []; // of a line that is not finished
  let sent = 0;
  let certain = 0;
  let prompts = 0;
  let body: Line | undefined;

  const ask = (command: string | undefined, sent: number, shape: Shape | undefined, verb?: string): void => {
    if (shape && shape.length > 0) asked.push({ command, sent, shape, verb });
  };

  /** Gives up what was asked before the command that this line answers: the daemon has lost the end of that. */
  const skipLost = (line: string): void => {
    const [, verb] = proof.exec(line) ?? [];
    const answered = verb === undefined ? -1 : asked.findIndex(each => each.verb === verb);
    if (answered < 1) return;
    asked.splice(0, answered);
    assembler = undefined;
  };

  /** Reads the lines so far: as many passwords as were asked for, then commands. */
  const read = (): void => {
    for (const line of unread) {
      const lexed = lexLine(line.text);
      const words = 'words' in lexed ? lexed.words : [];
      if (prompts > 0) {
        prompts--;
        ask(undefined, line.sent, ['status']);
      } else if (body) {
        if (line.text !== 'END') continue;
        ask(body.text, line.sent, ['status']);
        body = undefined;
      } else if (multiLine.has(words[0] ?? '')) body = line;
      else ask(line.text, line.sent, replyShape(words), words[0]);
    }
    unread = [];
  };

  const take = (text: string, length: number): void => {
    sent += length;
    const ahead = asked.length > 0 || unread.length > 0;
    if (!ahead) certain = sent;
    unread.push({ text, sent });
  };

  const answer = (frame: Frame): Said => {
    if (frame.type === 'prompt') {
      prompts++;
      const [first] = unread;
      if (first) {
        const rest = unread.slice(1);
        unread = [first];
        read();
        unread = rest;
      }
      return { frame, answers: undefined, done: false };
    }
    read();
    skipLost(frame.line);
    const [first] = asked;
    assembler ??= first && createReplyAssembler(first.shape);
    const assembly = assembler?.push(frame) ?? 'foreign';
    if (assembly === 'foreign') return { frame, answers: undefined, done: false };
    if (assembly !== 'done') return { frame, answers: first, done: false };
    asked.shift();
    assembler = undefined;
    return { frame, answers: first, done: true };
  };

  return {
    send(chunk) {
      let start = 0;
      for (let feed = chunk.indexOf(0x0a); feed !== -1; feed = chunk.indexOf(0x0a, start)) {
        parts.push(chunk.subarray(start, feed));
        const line = Buffer.concat(parts);
        parts = [];
        start = feed + 1;
        take(decodeText(line).replace(/\r$/, ''), line.length + 1);
      }
      if (start < chunk.length) parts.push(chunk.subarray(start));
    },
    hear: chunk => decoder.push(chunk).map(answer),
    get certain() {
      return certain;
    },
  };
}
