// A program at a management socket, a daemon's or a hub's, as a test drives it: bytes out, bytes in.
import assert from 'node:assert/strict';
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { TestContext } from 'node:test';
// Not the global ones, which a test may stop.
import { clearTimeout, setTimeout } from 'node:timers';
import { within } from '../testing/waiting.ts';

/** Something with a management socket: a daemon, or a listener of a hub in its place. */
export type Place = { readonly socket: string };

/** Texts are in Latin 1: a character is a byte. */
export type Program = {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** Resolves with what comes next up to this text, with it. */
  until(text: string | RegExp): Promise<string>;
  /** The next line, without its line end. */
  line(): Promise<string>;
  /** The next lines, which must be these. */
  expect(...lines: readonly (string | RegExp)[]): Promise<void>;
  /** Sends a command, and resolves with its reply and whatever came before it. */
  reply(command: string): Promise<string>;
  /** Sends a command and takes the lines up to the one that ends its reply, notifications among them. */
  ask(command: string, end?: RegExp): Promise<string[]>;
  /** Takes so many bytes, when they are there. */
  bytes(count: number): Promise<Buffer>;
  /** Everything that has come and was not taken. */
  readonly rest: Buffer;
  /** Everything that has come. */
  readonly received: Buffer;
  /** Resolves when the other side has closed. */
  readonly ended: Promise<void>;
};

/** What the first line of a daemon of 2.6 says, and of a hub before it. */
export const greeting = ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info";

const deadlineMs = 60_000;

/** Connects and, unless told otherwise, takes the greeting. */
export async function openProgram(
  t: TestContext,
  place: Place | { readonly path: string } | Pick<TcpNetConnectOpts, 'port' | 'host'>,
  { greeted = true } = {},
): Promise<Program> {
  const endpoint = 'socket' in place ? { path: place.socket } : place;
  const socket = connect({ ...endpoint, allowHalfOpen: true });
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

  /** Takes as many characters as there are, as soon as there are any. */
  async function take(what: string, length: () => number | undefined): Promise<string> {
    for (const end = Date.now() + deadlineMs; ; ) {
      const found = length();
      if (found !== undefined) {
        const taken = text.slice(0, found);
        text = text.slice(found);
        return taken;
      }
      const seen = `there was ${JSON.stringify(text.slice(-2000))}`;
      if (over) throw new Error(`it was closed before ${what}; ${seen}`);
      if (Date.now() > end) throw new Error(`no ${what} in time; ${seen}`);
      const timer = setTimeout(() => wake(), end - Date.now() + 1);
      await new Promise<void>(resolve => (wake = resolve));
      clearTimeout(timer);
    }
  }
  const until = (wanted: string | RegExp): Promise<string> =>
    take(String(wanted), () => {
      if (typeof wanted !== 'string') {
        const found = wanted.exec(text);
        return found ? found.index + found[0].length : undefined;
      }
      const index = text.indexOf(wanted);
      return index === -1 ? undefined : index + wanted.length;
    });
  const line = async (): Promise<string> => (await until('\r\n')).slice(0, -2);

  const program: Program = {
    socket,
    send: bytes => void socket.write(bytes),
    until,
    line,
    async expect(...lines) {
      for (const expected of lines) {
        const said = await line();
        if (typeof expected === 'string') assert.equal(said, expected);
        else assert.match(said, expected);
      }
    },
    reply(command) {
      socket.write(`${command}\n`);
      return until(/^(?:(?:SUCCESS|ERROR):.*|END)\r\n/m);
    },
    async ask(command, end = /^(?:SUCCESS|ERROR):|^END$/) {
      socket.write(`${command}\n`);
      const lines: string[] = [];
      do lines.push(await line());
      while (!end.test(lines.at(-1) ?? ''));
      return lines;
    },
    bytes: async count =>
      Buffer.from(await take(`${count} bytes`, () => (text.length < count ? undefined : count)), 'latin1'),
    get rest() {
      return Buffer.from(text, 'latin1');
    },
    get received() {
      return Buffer.concat(chunks);
    },
    get ended() {
      return within('the other side closes', ended.promise);
    },
  };
  if (greeted) await until(/^>INFO:.*\r\n/);
  return program;
}
