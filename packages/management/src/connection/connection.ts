import type { Duplex } from 'node:stream';
import { ConnectionError, type ConnectionErrorReason, fromSystemError } from '../errors.ts';
import type { Command } from '../protocol/command.ts';
import { asAnsweredBy } from '../protocol/conduct.ts';
import { createDecoder } from '../protocol/decoder.ts';
import type { Frame } from '../protocol/frame.ts';
import type { Notification } from '../protocol/notification.ts';
import { createNotificationAssembler } from '../protocol/notification-assembler.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Secret } from '../protocol/secret.ts';
import { encodeText } from '../protocol/text.ts';
import { parseGreeting } from '../protocol/version.ts';
import { type CommandQueueOptions, createCommandQueue, type SendOptions } from './command-queue.ts';

export type ConnectionOptions = {
  /** How errors call the other end. */
  address: string;
  password: Secret | undefined;
  /** Ends the wait for the greeting; no longer looked at once the daemon has greeted. */
  signal: AbortSignal;
  greetingTimeoutMs: number;
  /** Why a daemon that was connected to does not greet, in one sentence. Never rejects. */
  explainSilence(): Promise<string>;
  /** Called in the same turn as the greeting, so before any notification. */
  onGreeting(connection: Connection): void;
  onNotification(notification: Notification): void;
  /** Sees every line that is no part of a reply, as it came. */
  onLine?: ((line: string) => void) | undefined;
  /** Sees every chunk as it crosses the socket, secrets included: `S` from the daemon, `C` to it. */
  onBytes?: ((direction: 'S' | 'C', chunk: Uint8Array) => void) | undefined;
} & Pick<CommandQueueOptions, 'timeoutMs' | 'maxQueued'>;

/** One socket to one daemon, from the greeting to the end. */
export type Connection = {
  /** The greeting, as it came. */
  readonly greeting: string;
  /** The management version of the daemon's greeting. */
  readonly management: number;
  send(command: Command, options?: SendOptions): Promise<Reply>;
  /** Stops and starts reading: the daemon keeps what is not read, for everybody. */
  pause(): void;
  resume(): void;
  /** Ends the connection: what waits is rejected. */
  close(error?: ConnectionError): void;
  /** Resolves, with the reason, when the socket is closed. */
  readonly closed: Promise<ConnectionError>;
};

/**
 * Speaks the management protocol on a connected socket. Resolves when the daemon has greeted; rejects with a
 * ConnectionError when it asks for a password in vain, stays silent, closes, or is no OpenVPN.
 */
export function openConnection(socket: Duplex, options: ConnectionOptions): Promise<Connection> {
  const { address, password, signal } = options;
  const greeted = Promise.withResolvers<Connection>();
  const closed = Promise.withResolvers<ConnectionError>();
  const decoder = createDecoder();
  const notifications = createNotificationAssembler();
  let state: 'greeting' | 'asked' | 'open' | 'finished' = 'greeting';
  let received = false;
  let why: ConnectionError | undefined;

  const finish = (error: ConnectionError): void => {
    if (state === 'finished') return;
    state = 'finished';
    why = error;
    endGreeting();
    queue.end(error);
    greeted.reject(signal.aborted ? signal.reason : error);
    socket.destroy();
  };
  const fail = (reason: ConnectionErrorReason, problem: string): void =>
    finish(new ConnectionError(reason, address, problem));

  const greeting = setTimeout(async () => {
    if (received) return fail('busy', 'the daemon did not greet in time');
    const why = await options.explainSilence();
    if (state === 'greeting') fail('busy', `connected, but the daemon is silent: ${why}`);
  }, options.greetingTimeoutMs);

  const abort = (): void => fail('closed', 'connecting was aborted by this program');
  signal.addEventListener('abort', abort, { once: true });
  const endGreeting = (): void => {
    clearTimeout(greeting);
    signal.removeEventListener('abort', abort);
  };

  const write = (text: string): void => {
    const bytes = text.isWellFormed() ? Buffer.from(text) : encodeText(text);
    options.onBytes?.('C', bytes);
    socket.write(bytes);
  };

  const queue = createCommandQueue({
    write,
    fail,
    timeoutMs: options.timeoutMs,
    maxQueued: options.maxQueued,
  });

  const answerPrompt = (): void => {
    if (state === 'asked') fail('password', 'the management password is wrong');
    else if (!password)
      fail('password', 'the daemon asks for its management password; give `password` (--password-file)');
    else {
      state = 'asked';
      write(`${password.reveal()}\n`);
    }
  };

  const greet = (frame: Frame): void => {
    const management = parseGreeting(frame.line);
    if (management !== undefined) {
      state = 'open';
      endGreeting();
      const connection: Connection = {
        greeting: frame.line,
        management,
        send: (command, sendOptions) => queue.send(asAnsweredBy(management, command), sendOptions),
        pause: () => socket.pause(),
        resume: () => socket.resume(),
        close: (
          error = new ConnectionError('closed', address, 'the connection was closed by this program'),
        ) => finish(error),
        closed: closed.promise,
      };
      options.onGreeting(connection);
      greeted.resolve(connection);
    } else if (frame.type === 'prompt') {
      answerPrompt();
    } else if (!(state === 'asked' && frame.type === 'success')) {
      fail('protocol', 'what answers there does not greet as an OpenVPN management interface');
    }
  };

  const take = (frame: Frame): void => {
    if (queue.push(frame)) return;
    options.onLine?.(frame.line);
    const stray = { type: 'unknown', line: frame.line } as const;
    const notification = frame.type === 'notification' ? notifications.push(frame.line) : stray;
    if (notification) options.onNotification(notification);
  };

  if (signal.aborted) abort();
  socket.on('data', (chunk: Uint8Array) => {
    received = true;
    options.onBytes?.('S', chunk);
    for (const frame of decoder.push(chunk)) {
      if (state === 'finished') return;
      if (frame.type === 'overlong') return fail('protocol', `the peer sent ${frame.line}`);
      if (state === 'open') take(frame);
      else greet(frame);
    }
  });
  socket.on('end', () => {
    const unwelcome = state === 'greeting' && !received;
    const problem = unwelcome
      ? 'the daemon closed at once: it lets in another user only (management-client-user, management-client-group)'
      : state === 'asked'
        ? 'the management password is wrong'
        : 'the daemon closed the connection';
    fail(unwelcome ? 'permission' : state === 'asked' ? 'password' : 'closed', problem);
  });
  socket.on('error', error => finish(fromSystemError(error, address)));
  socket.on('close', () => {
    fail('closed', 'the connection is closed');
    if (why) closed.resolve(why);
  });
  return greeted.promise;
}
