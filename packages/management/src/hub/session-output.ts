import type { Socket } from 'node:net';
import { encodeText } from '../protocol/text.ts';

/** What may wait for a program that reads slowly, in bytes: notifications to be thinned out, and at all. */
const softLimit = 256 * 1024;
const hardLimit = 4 * 1024 * 1024;
const replyLimit = 64 * 1024 * 1024;

/** A notification ready to be written, shared by all who get it. */
export type Message = {
  /** Its first line. */
  readonly name: string;
  readonly bytes: Uint8Array;
};

export function createMessage(lines: readonly string[]): Message {
  return { name: lines[0] ?? '', bytes: encodeText(`${lines.join('\r\n')}\r\n`) };
}

/** What is written to one program. Never waits for it, and never keeps more than the limits for it. */
export type SessionOutput = {
  /** A line of a reply. These are never dropped: a program that does not read them is disconnected. */
  reply(line: string): void;
  /** Until as many calls of {@link SessionOutput.release}, notifications wait: none may fall inside a reply. */
  hold(): void;
  release(): void;
  /**
   * For a slow program the latest BYTECOUNT of each client replaces those before it, LOG lines are dropped and
   * counted, and when all else piles up too the program is disconnected.
   */
  notify(message: Message): void;
  /** Resolves when the program has taken what was written, or is gone. */
  taken(): Promise<void>;
  /** Writes what may still be written: nothing more will come. */
  finish(): void;
  readonly bytesSent: number;
  /** What the program has not taken. */
  readonly bytesWaiting: number;
  readonly dropped: number;
};

/** `overflow` is called when the program must be disconnected. */
export function createSessionOutput(socket: Socket, overflow: (problem: string) => void): SessionOutput {
  let queue: { name: string; bytes: Uint8Array }[] = [];
  /** The queued BYTECOUNT of each client. */
  const counters = new Map<string, { bytes: Uint8Array }>();
  let queued = 0;
  let holds = 0;
  let bytesSent = 0;
  let dropped = 0;
  let corked = false;
  const waiting: (() => void)[] = [];

  const write = (bytes: Uint8Array): void => {
    if (!socket.writable) return;
    bytesSent += bytes.length;
    if (!corked) {
      // One system call for all that is written in this turn.
      corked = true;
      socket.cork();
      process.nextTick(() => {
        corked = false;
        socket.uncork();
      });
    }
    socket.write(bytes);
  };

  const flush = (): void => {
    const messages = queue;
    queue = [];
    queued = 0;
    counters.clear();
    for (const { bytes } of messages) write(bytes);
  };

  const enqueue = ({ name, bytes }: Message): void => {
    const counter = counterOf(name);
    const earlier = counter === undefined ? undefined : counters.get(counter);
    const slow = queued > softLimit;
    if (slow && earlier) {
      dropped++;
      queued += bytes.length - earlier.bytes.length;
      earlier.bytes = bytes;
    } else if (slow && name.startsWith('>LOG:')) dropped++;
    else if (queued > hardLimit) overflow('it does not read its notifications');
    else {
      const entry = { name, bytes };
      queue.push(entry);
      queued += bytes.length;
      if (counter !== undefined) counters.set(counter, entry);
    }
  };

  const resume = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
    if (holds === 0) flush();
  };
  socket.on('drain', resume);
  socket.on('close', () => {
    for (const resolve of waiting.splice(0)) resolve();
    queue = [];
    queued = 0;
    counters.clear();
  });

  return {
    reply(line) {
      if (holds === 0) flush();
      if (socket.writableLength > replyLimit) overflow('it does not read its replies');
      else write(encodeText(`${line}\r\n`));
    },
    hold() {
      if (holds === 0) flush();
      holds++;
    },
    release() {
      holds--;
      if (holds === 0 && !socket.writableNeedDrain) flush();
    },
    notify(message) {
      if (holds > 0 || socket.writableNeedDrain) enqueue(message);
      else write(message.bytes);
    },
    taken() {
      if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve();
      return new Promise(resolve => waiting.push(resolve));
    },
    finish() {
      if (holds === 0) flush();
    },
    get bytesSent() {
      return bytesSent;
    },
    get bytesWaiting() {
      return socket.writableLength + queued;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** `>BYTECOUNT_CLI:7,1,2` counts for client 7, `>BYTECOUNT:1,2` for the one tunnel. */
function counterOf(line: string): string | undefined {
  if (!line.startsWith('>BYTECOUNT')) return undefined;
  return line.startsWith('>BYTECOUNT_CLI:') ? line.slice(0, line.indexOf(',')) : '>BYTECOUNT';
}
