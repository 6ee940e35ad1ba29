// A program at the hub, as a test drives it: bytes out, bytes in.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
// Not the global one, which a test may stop.
import { clearTimeout, setTimeout } from 'node:timers';
import { within } from '@ovpnkit/lab/testing';
import { type Endpoint, formatEndpoint } from '../../src/connection/address.ts';

const deadlineMs = 20_000;

export type Program = {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** The next line, without its line end. */
  line(): Promise<string>;
  /** The next lines, which must be these. */
  expect(...lines: readonly (string | RegExp)[]): Promise<void>;
  /** Sends a command and takes the lines up to the one that ends its reply, notifications among them. */
  ask(command: string, end?: RegExp): Promise<string[]>;
  /** Everything that has come and was not taken as lines. */
  readonly rest: Buffer;
  /** Resolves when there is as much. */
  bytes(count: number): Promise<Buffer>;
  /** Resolves when the hub has closed its side. */
  readonly ended: Promise<void>;
};

export const greeting = ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info";

/** Connects and, unless told otherwise, takes the greeting. */
export async function openProgram(
  t: TestContext,
  endpoint: Endpoint,
  { greeted = true } = {},
): Promise<Program> {
  const socket = connect({ ...endpoint, allowHalfOpen: true } as never);
  t.after(() => socket.destroy());
  let received = Buffer.alloc(0);
  let over = false;
  let wake = (): void => {};
  const ended = Promise.withResolvers<void>();
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  const finish = (): void => {
    over = true;
    ended.resolve();
    wake();
  };
  socket.on('end', finish);
  socket.on('error', finish);
  socket.on('close', finish);

  const until = async (ready: () => boolean, what: string): Promise<void> => {
    const end = Date.now() + deadlineMs;
    while (!ready()) {
      if (over)
        throw new Error(`the hub closed before ${what}; there was ${JSON.stringify(String(received))}`);
      if (Date.now() > end)
        throw new Error(`no ${what} in time; there was ${JSON.stringify(String(received))}`);
      const timer = setTimeout(() => wake(), end - Date.now() + 1);
      await new Promise<void>(resolve => (wake = resolve));
      clearTimeout(timer);
    }
  };
  const take = (count: number): Buffer => {
    const taken = received.subarray(0, count);
    received = received.subarray(count);
    return taken;
  };

  const line = async (): Promise<string> => {
    await until(() => received.includes('\r\n'), 'line');
    return take(received.indexOf('\r\n') + 2)
      .toString('latin1')
      .slice(0, -2);
  };
  const program: Program = {
    socket,
    send: bytes => void socket.write(bytes),
    line,
    async expect(...lines) {
      for (const expected of lines) {
        const text = await line();
        if (typeof expected === 'string') assert.equal(text, expected);
        else assert.match(text, expected);
      }
    },
    async ask(command, end = /^(?:SUCCESS|ERROR):|^END$/) {
      socket.write(`${command}\n`);
      const lines: string[] = [];
      do lines.push(await line());
      while (!end.test(lines.at(-1) ?? ''));
      return lines;
    },
    get rest() {
      return received;
    },
    async bytes(count) {
      await until(() => received.length >= count, `${count} bytes at ${formatEndpoint(endpoint)}`);
      return take(count);
    },
    get ended() {
      return within('the hub closes its side', ended.promise);
    },
  };
  if (greeted) await program.expect(greeting);
  return program;
}
