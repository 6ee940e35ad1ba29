// Everything that real daemons said, through the decoder, the reply assembler and the notification assembler.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDecoder } from '../../src/protocol/decoder.ts';
import type { Frame } from '../../src/protocol/frame.ts';
import { lexLine } from '../../src/protocol/lexer.ts';
import type { Notification } from '../../src/protocol/notification.ts';
import { createNotificationAssembler } from '../../src/protocol/notification-assembler.ts';
import { createReplyAssembler, type ReplyAssembler } from '../../src/protocol/reply.ts';
import { multiLine, replyShape, type Shape } from '../../src/protocol/shape.ts';
import { decodeText } from '../../src/protocol/text.ts';
import type { RecordedChunk } from '../../src/testing/index.ts';
import { bytesOf, transcripts } from '../recordings.ts';

function read(chunks: readonly Uint8Array[]): { frames: Frame[]; events: Notification[] } {
  const [decoder, assembler] = [createDecoder(), createNotificationAssembler()];
  const frames = chunks.flatMap(chunk => decoder.push(chunk));
  const lines = frames.filter(frame => frame.type === 'notification').map(frame => frame.line);
  return { frames, events: lines.flatMap(line => assembler.push(line) ?? []) };
}

/** The reply that a recorded line of the client asks for; nothing for one that has none. */
function shapeOf(line: string): Shape {
  // The daemon drops control characters, and all that it has of a line whose 1,025th byte comes.
  let text = line.replace(/[\x00-\x1f\x7f]/g, '');
  while (text.length >= 1024) text = text.slice(1025);
  const lexed = lexLine(text);
  if ('error' in lexed) return ['status'];
  const { words } = lexed;
  const [verb] = words;
  if (verb === undefined) return [];
  // `test n` answers with n lines and no end.
  return replyShape(words) ?? (verb === 'test' ? [] : ['status']);
}

/**
 * Follows a conversation: each of the client's lines opens a reply, and each of the daemon's lines must belong to the
 * oldest that is open, or be a notification. Returns the lines that belong nowhere, and the commands without a reply.
 */
function follow(chunks: readonly RecordedChunk[]): { strays: string[]; unanswered: string[] } {
  const decoder = createDecoder();
  const strays: string[] = [];
  const open: { line: string; assembler: ReplyAssembler }[] = [];
  let sent = '';
  let prompts = 0;
  let body: string | undefined; // the command whose body is being sent

  const command = (line: string): void => {
    if (prompts > 0) prompts--;
    else if (body !== undefined) body = line === 'END' ? undefined : body;
    else {
      const shape = shapeOf(line);
      if (shape.length > 0) open.push({ line, assembler: createReplyAssembler(shape) });
      if (multiLine.has(line.split(' ')[0] ?? '')) body = line;
    }
  };
  const take = (frame: Frame): void => {
    if (frame.line === 'SUCCESS: password is correct') return;
    if (frame.type === 'prompt') prompts = 1;
    const [first] = open;
    const assembly = first?.assembler.push(frame) ?? 'foreign';
    if (assembly === 'done') {
      open.shift();
      // Refused before its END: the rest of the body will run as commands.
      if (body === first?.line) body = undefined;
    }
    const known =
      ['prompt', 'notification'].includes(frame.type) || frame.line === 'SUCCESS: password is correct';
    if (assembly === 'foreign' && !known) strays.push(frame.line);
  };
  for (const { dir, bytes } of chunks) {
    if (dir === 'S') for (const frame of decoder.push(bytes)) take(frame);
    if (dir !== 'C') continue;
    const lines = (sent + decodeText(bytes)).split('\n');
    sent = lines.pop() ?? '';
    for (const line of lines) command(line);
  }
  return { strays, unanswered: open.map(({ line }) => line) };
}

const all = transcripts();

describe('every recorded conversation', () => {
  for (const { name, chunks } of all) {
    it(`${name} reads alike in its own pieces, byte by byte and as a whole`, () => {
      const own = chunks.filter(chunk => chunk.dir === 'S').map(chunk => chunk.bytes);
      const whole = bytesOf(chunks, 'S');
      const expected = read(own);
      assert.deepEqual(read([whole]), expected);
      assert.deepEqual(read(Array.from(whole, byte => Uint8Array.of(byte))), expected);
    });
  }

  it('holds nothing that is unknown or malformed', () => {
    for (const { name, chunks } of all) {
      const { events } = read([bytesOf(chunks, 'S')]);
      const odd = events.filter(event => event.type === 'unknown' || event.type === 'malformed');
      assert.deepEqual(odd, [], name);
    }
  });

  it('has each line in the reply of the command that asked for it', () => {
    const strays = all.flatMap(({ name, chunks }) => follow(chunks).strays.map(line => `${name}: ${line}`));
    assert.deepEqual(strays, [
      // The END of a `pk-sig` that was refused before it came: it ran as a command of its own.
      "client-31-external-key-errors: ERROR: unknown command, enter 'help' for more options",
      // `test 3` answers with three lines and no end, so it has no shape.
      ...[0, 1, 2].map(
        n =>
          `server-01-tcp-commands-in-hold: [${n}] The purpose of this command is to generate large amounts of output.`,
      ),
      // The body of a `client-auth` with a bad CID, and its END: they ran as commands as well.
      ...Array<string>(2).fill(
        "server-01-tcp-commands-in-hold: ERROR: unknown command, enter 'help' for more options",
      ),
    ]);
  });

  it('leaves no command without its reply, but for those that ended the daemon or its connection', () => {
    const unanswered = all.flatMap(({ name, chunks }) =>
      follow(chunks).unanswered.map(line => `${name}: ${line}`),
    );
    assert.deepEqual(unanswered, [
      // Blocked while it dials a proxy that does not answer.
      'client-34b-query-proxy-http-auth: signal SIGTERM',
      // Sent when the daemon had given up already.
      'client-41-pkcs11-token-missing: state all',
      'client-41-pkcs11-token-missing: signal SIGTERM',
      // The daemon aborts.
      'server-00-pkcs11-id-count-aborts-daemon: pkcs11-id-count',
      // Answered by closing.
      'server-01-tcp-commands-in-hold: quit',
      'server-02a-second-connection-first: quit',
      'server-03-mgmt-password: quit',
    ]);
  });
});
