import type { Socket } from 'node:net';
import { type CommandRequest, createRequestReader, type Request } from './request.ts';
import { isPrivileged, mayRun, type Role } from './roles.ts';
import { createSessionInput, type InputLine } from './session-input.ts';
import { createSessionOutput, type SessionOutput } from './session-output.ts';
import { createSubscription, type Subscription } from './subscription.ts';

/** One program at the hub. */
export type Session = {
  readonly id: number;
  readonly listener: string;
  /** Where the program is, `127.0.0.1:4711`; a unix socket does not tell. */
  readonly peer: string | undefined;
  readonly role: Role;
  readonly since: Date;
  readonly output: SessionOutput;
  readonly subscription: Subscription;
  /** Commands that were answered so far, refused ones among them. */
  readonly commands: number;
  /** Begins to take commands. The greeting is written by then. */
  start(): void;
  /** Ends the session after what has been written to it, or without that when it is not read in `lingerMs`. */
  end(lingerMs?: number): void;
  /** Resolves when nothing of the session is left. */
  readonly closed: Promise<void>;
};

export type SessionOptions = {
  id: number;
  listener: string;
  role: Role;
  clientEvents: boolean;
  socket: Socket;
  takesBody(words: readonly string[]): boolean;
  /**
   * Carries one command out and writes its reply. The next is taken when it is done. Resolves with whether the daemon
   * took it, or with `undefined` when it was not passed on.
   */
  perform(session: Session, request: CommandRequest): Promise<boolean | undefined>;
  /** Has the daemon complain about a line that it cannot read. */
  complain(session: Session, line: string): Promise<void>;
  /** A command was refused. */
  refused(session: Session, words: readonly string[], problem: string): void;
  /** A command that not everybody may send was passed on. */
  carriedOut(session: Session, words: readonly string[], accepted: boolean): void;
  onEnd(session: Session, problem: string | undefined): void;
};

/** How many lines may wait in one session before its socket is not read any more. */
const maxWaiting = 64;
const defaultLingerMs = 10_000;

/** Takes over a socket whose program has been let in. */
export function createSession(options: SessionOptions): Session {
  const { socket, role } = options;
  const input = createSessionInput();
  const reader = createRequestReader(options.takesBody);
  const closed = Promise.withResolvers<void>();
  const waiting: InputLine[] = [];
  let commands = 0;
  let busy = false;
  let finishing = false; // the program will send nothing more: answer what waits, then end
  let ended = false;
  let linger: NodeJS.Timeout | undefined;

  const close = (problem?: string, lingerMs = defaultLingerMs): void => {
    if (ended) return;
    ended = true;
    waiting.length = 0;
    if (problem !== undefined) socket.destroy();
    else {
      session.output.finish();
      // What comes now is read and forgotten: left unread, it would make the system withhold what was written.
      socket.resume();
      socket.destroySoon();
      if (!socket.closed) linger = setTimeout(() => socket.destroy(), lingerMs);
    }
    options.onEnd(session, problem);
  };
  const fail = (error: unknown): void => close(`its command failed: ${error}`);

  const session: Session = {
    id: options.id,
    listener: options.listener,
    peer: socket.remoteAddress === undefined ? undefined : `${socket.remoteAddress}:${socket.remotePort}`,
    role,
    since: new Date(),
    output: createSessionOutput(socket, close),
    subscription: createSubscription(options.clientEvents),
    get commands() {
      return commands;
    },
    start() {
      socket.on('data', take);
      socket.on('end', () => {
        finishing = true;
        work().catch(fail);
      });
      socket.resume();
    },
    end: lingerMs => close(undefined, lingerMs),
    closed: closed.promise,
  };

  const answer = async (request: Request): Promise<void> => {
    commands++;
    const refuse = (words: readonly string[], problem: string, text = problem): void => {
      session.output.reply(`ERROR: ${text}`);
      options.refused(session, words, problem);
    };
    if (request.type === 'refused') return refuse([], request.problem);
    if (request.type === 'faulty') return options.complain(session, request.line);
    const { words } = request;
    if (words[0] === 'test')
      return refuse(
        words,
        'the test command is not available through a hub, which cannot see where its lines end',
      );
    if (!mayRun(role, words)) {
      const text = `command not allowed for this session (role ${role})`;
      return refuse(words, `not allowed for role ${role}`, text);
    }
    const accepted = await options.perform(session, request);
    if (accepted !== undefined && isPrivileged(words)) options.carriedOut(session, words, accepted);
  };

  const take = (chunk: Uint8Array): void => {
    if (ended) return;
    for (const line of input.push(chunk)) waiting.push(line);
    if (waiting.length >= maxWaiting) socket.pause();
    work().catch(fail);
  };

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let line = waiting.shift(); line && !ended; line = waiting.shift()) {
      const request = reader.push(line);
      if (request) {
        // The replies to a program that does not read them would pile up.
        await session.output.taken();
        if (!ended) await answer(request);
      }
      if (waiting.length < maxWaiting && !ended) socket.resume();
    }
    busy = false;
    if (finishing) close();
  };

  socket.on('error', () => close('it left in the middle'));
  socket.on('close', () => {
    clearTimeout(linger);
    close('it left in the middle');
    closed.resolve();
  });
  return session;
}
