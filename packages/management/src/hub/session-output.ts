import type { Duplex } from 'node:stream';
import { encodeText } from '../protocol/text.ts';

/** What may wait for a program that reads slowly, in bytes. */
const softLimit = 256 * 1024;
const hardLimit = 4 * 1024 * 1024;
const replyLimit = 64 * 1024 * 1024;

/** What is written to one program. Never waits for it, and never keeps more than the limits for it. */
export type SessionOutput = {
  /** A line of a reply. These are never dropped: a program that does not read them is disconnected. */
  reply(line: string): void;
  /** Notifications held back by this are written by {@link SessionOutput.release}: none may fall inside a reply. */
  hold(): void;
  release(): void;
  /**
   * One notification, as its lines. For a slow program the latest BYTECOUNT of each client replaces those before it,
   * LOG lines are dropped and counted, and when all else piles up too the program is disconnected.
   */
  notify(lines: readonly string[]): void;
  readonly bytes: number;
  readonly dropped: number;
};

/** `overflow` is called once, when the program must be disconnected. */
export function createSessionOutput(socket: Duplex, overflow: (problem: string) => void): SessionOutput {
  const counters = new Map<string, readonly string[]>();
  let held: (readonly string[])[] | undefined;
  let heldLength = 0;
  let bytes = 0;
  let dropped = 0;

  const write = (lines: readonly string[]): void => {
    const data = encodeText(`${lines.join('\r\n')}\r\n`);
    bytes += data.length;
    socket.write(data);
  };

  const waiting = (): number => socket.writableLength + heldLength;

  const notify = (lines: readonly string[]): void => {
    const [first = ''] = lines;
    const slow = waiting() > softLimit;
    if (slow && first.startsWith('>BYTECOUNT')) {
      if (counters.has(counterOf(first))) dropped++;
      counters.set(counterOf(first), lines);
    } else if (slow && first.startsWith('>LOG:')) dropped++;
    else if (waiting() > hardLimit) overflow('it does not read its notifications');
    else if (held) {
      held.push(lines);
      heldLength += lines.reduce((length, line) => length + line.length, 0);
    } else write(lines);
  };

  socket.on('drain', () => {
    const latest = [...counters.values()];
    counters.clear();
    for (const lines of latest) notify(lines);
  });

  return {
    reply(line) {
      if (socket.writableLength > replyLimit) overflow('it does not read its replies');
      else write([line]);
    },
    hold() {
      held ??= [];
    },
    release() {
      const notifications = held ?? [];
      held = undefined;
      heldLength = 0;
      for (const lines of notifications) write(lines);
    },
    notify,
    get bytes() {
      return bytes;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** `>BYTECOUNT_CLI:7,1,2` counts for client 7, `>BYTECOUNT:1,2` for the one tunnel. */
function counterOf(line: string): string {
  return line.startsWith('>BYTECOUNT_CLI:') ? line.slice(0, line.indexOf(',')) : '>BYTECOUNT';
}
