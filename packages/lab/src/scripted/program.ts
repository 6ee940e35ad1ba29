// A program at a management socket, a daemon's or a hub's: bytes out, bytes in.
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { within } from '../testing/waiting.ts';

/** Something with a management socket: a daemon, or a listener of a hub in its place. */
export type Place = { readonly socket: string };

const deadlineMs = 30_000;

export type Program = {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** All that came so far. */
  readonly bytes: Buffer;
  /** Resolves with what comes next up to this text, with it. Texts are in Latin 1: a character is a byte. */
  until(text: string | RegExp): Promise<string>;
  /** Sends a command and resolves with its reply and whatever came before it. */
  ask(command: string): Promise<string>;
  /** Resolves when the other side has closed. */
  readonly ended: Promise<void>;
};

/** Connects and takes the greeting. */
export async function openProgram(t: TestContext, { socket: path }: Place): Promise<Program> {
  const socket = connect({ path, allowHalfOpen: true });
  t.after(() => socket.destroy());
  const chunks: Buffer[] = [];
  let text = '';
  let over = false;
  let wake = (): void => {};
  const ended = Promise.withResolvers<void>();
  socket.on('data', chunk => {
    chunks.push(chunk);
    text += chunk.toString('latin1');
    wake();
  });
  for (const event of ['end', 'error', 'close'])
    socket.on(event, () => {
      over = true;
      ended.resolve();
      wake();
    });

  const until = async (wanted: string | RegExp): Promise<string> => {
    const deadline = Date.now() + deadlineMs;
    for (;;) {
      const pattern = typeof wanted === 'string' ? undefined : wanted.exec(text);
      const found = typeof wanted === 'string' ? text.indexOf(wanted) : (pattern?.index ?? -1);
      if (found !== -1) {
        const end = found + (typeof wanted === 'string' ? wanted.length : (pattern?.[0].length ?? 0));
        const taken = text.slice(0, end);
        text = text.slice(end);
        return taken;
      }
      const seen = `there was ${JSON.stringify(text.slice(-2000))}`;
      if (over) throw new Error(`it was closed before ${wanted}; ${seen}`);
      if (Date.now() > deadline) throw new Error(`no ${wanted} in time; ${seen}`);
      const timer = setTimeout(() => wake(), 1000);
      await new Promise<void>(resolve => (wake = resolve));
      clearTimeout(timer);
    }
  };
  await until(/^>INFO:.*\r\n/);
  return {
    socket,
    send: bytes => void socket.write(bytes),
    get bytes() {
      return Buffer.concat(chunks);
    },
    until,
    ask(command) {
      socket.write(`${command}\n`);
      return until(/^(?:(?:SUCCESS|ERROR):.*|END)\r\n/m);
    },
    get ended() {
      return within('the other side closes', ended.promise);
    },
  };
}
