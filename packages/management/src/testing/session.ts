import type { Socket } from 'node:net';
import { decodeText, encodeText } from '../protocol/text.ts';
import { type Answers, answerer } from './answers.ts';

/**
 * The daemon's side of one connection. What waits for the program under test has no deadline, and rejects when the
 * program leaves first.
 */
export type Session = {
  /** Sends `>INFO:OpenVPN Management Interface Version 5 …`, as 2.6 does, or another version of the interface. */
  greet(management?: number): void;
  /** Sends lines in one piece, each with the daemon's line end CRLF. Bytes go as they are, such as `ENTER PASSWORD:`. */
  send(...lines: readonly (string | Uint8Array)[]): void;
  /** Resolves when the system has taken all that was sent, so not while the program stops reading. */
  flushed(): Promise<void>;
  /** The program's next line, without its line end. */
  line(): Promise<string>;
  /** Takes as many lines of the program, which must be these. */
  expect(...lines: readonly (string | RegExp)[]): Promise<void>;
  /** Takes as many bytes of the program, which must be these. */
  expectBytes(bytes: Uint8Array): Promise<void>;
  /** Answers every line from now on, until the program leaves. Resolves then. */
  answer(answers: Answers): Promise<void>;
  /** Says nothing until the program has left. */
  silence(): Promise<void>;
  /** Closes one direction: nothing more will be said, but the program is still heard. */
  end(): void;
  /** Closes the connection, after what was sent. */
  close(): void;
};

/** Speaks on a connected socket. */
export function createSession(socket: Socket): Session {
  let received = Buffer.alloc(0);
  let left = false;
  let change = Promise.withResolvers<void>();
  const wake = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  const leave = (): void => {
    left = true;
    wake();
  };
  socket.on('end', leave);
  socket.on('close', leave);
  socket.on('error', leave);

  /** The first `length()` bytes, as soon as there are so many; `undefined` when the program left before. */
  const take = async (length: () => number): Promise<Buffer | undefined> => {
    while (length() > received.length || length() === 0) {
      if (left) return undefined;
      await change.promise;
    }
    const bytes = received.subarray(0, length());
    received = received.subarray(bytes.length);
    return bytes;
  };
  const nextLine = async (): Promise<string | undefined> => {
    const bytes = await take(() => received.indexOf('\n') + 1);
    return bytes && decodeText(bytes).replace(/\r?\n$/, '');
  };
  const line = async (awaited = 'a line'): Promise<string> => {
    const text = await nextLine();
    if (text === undefined) throw new Error(`the program left while the script waited for ${awaited}`);
    return text;
  };
  const send: Session['send'] = (...lines) => {
    const bytes = lines.map(piece => (typeof piece === 'string' ? encodeText(`${piece}\r\n`) : piece));
    if (socket.writable && bytes.length > 0) socket.write(Buffer.concat(bytes));
  };

  return {
    greet: (management = 5) =>
      send(`>INFO:OpenVPN Management Interface Version ${management} -- type 'help' for more info`),
    send,
    flushed: () => new Promise(resolve => (socket.writable ? socket.write('', () => resolve()) : resolve())),
    line,
    async expect(...lines) {
      for (const expected of lines) {
        const text = await line(String(expected));
        if (typeof expected === 'string' ? text !== expected : !expected.test(text))
          throw new Error(`the script waited for ${expected}, and the program sent ${text}`);
      }
    },
    async expectBytes(bytes) {
      if (bytes.length === 0) return;
      const text = await take(() => bytes.length);
      if (text && !text.equals(bytes))
        throw new Error(`the script waited for ${Buffer.from(bytes)}, and the program sent ${text}`);
      if (!text) throw new Error(`the program left while the script waited for ${Buffer.from(bytes)}`);
    },
    async answer(answers) {
      const answer = answerer(answers);
      for (let said = await nextLine(); said !== undefined; said = await nextLine()) send(...answer(said));
    },
    async silence() {
      while (!left) await change.promise;
    },
    end: () => void socket.end(),
    close: () => void socket.destroySoon(),
  };
}
