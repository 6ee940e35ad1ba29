import type { Socket } from 'node:net';
import { mayRun, type Role } from './roles.ts';
import { createSessionInput, type Request } from './session-input.ts';
import { createSessionOutput, type SessionOutput } from './session-output.ts';
import { createSubscription, type Subscription } from './subscription.ts';

/** One program at the hub. */
export type Session = {
  readonly id: number;
  readonly listener: string;
  readonly role: Role;
  readonly since: Date;
  readonly output: SessionOutput;
  readonly subscription: Subscription;
  /** Commands that were answered so far. */
  readonly commands: number;
  /** Begins to take commands. The greeting is written by then. */
  start(): void;
  /** Ends the session after what has been written to it. */
  end(): void;
};

export type SessionOptions = {
  id: number;
  listener: string;
  role: Role;
  socket: Socket;
  /** Carries one command out and writes its reply. The next is taken when it is done. */
  perform(session: Session, request: Request & { type: 'command' }): Promise<void>;
  /** A command was refused. */
  refused(session: Session, what: string, problem: string): void;
  onEnd(problem: string | undefined): void;
};

/** How many commands may wait in one session before its socket is not read any more. */
const maxWaiting = 64;

/** Takes over a socket whose program has been let in. */
export function createSession(options: SessionOptions): Session {
  const { socket, role, perform, refused } = options;
  const input = createSessionInput();
  const waiting: Request[] = [];
  let commands = 0;
  let busy = false;
  let finishing = false; // the program will send nothing more: answer what waits, then end
  let ended = false;

  const close = (problem?: string): void => {
    if (ended) return;
    ended = true;
    options.onEnd(problem);
    if (problem === undefined) socket.end();
    else socket.destroy();
  };

  const session: Session = {
    id: options.id,
    listener: options.listener,
    role,
    since: new Date(),
    output: createSessionOutput(socket, close),
    subscription: createSubscription(),
    get commands() {
      return commands;
    },
    start: () => void socket.on('data', take),
    end: () => close(),
  };

  const answer = async (request: Request): Promise<void> => {
    if (request.type === 'refused') {
      session.output.reply(`ERROR: ${request.problem}`);
      refused(session, 'input', request.problem);
      return;
    }
    const [verb = ''] = request.words;
    if (request.line.trim() === '' || (verb === '' && /^\s*[#;]/.test(request.line))) return;
    if (verb !== '' && !mayRun(role, request.words)) {
      session.output.reply(`ERROR: command not allowed for this session (role ${role})`);
      refused(session, verb, `not allowed for role ${role}`);
      return;
    }
    await perform(session, request);
  };

  const take = (chunk: Uint8Array): void => {
    for (const request of input.push(chunk)) waiting.push(request);
    if (waiting.length >= maxWaiting) socket.pause();
    work().catch((error: unknown) => close(`its command failed: ${error}`));
  };

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let request = waiting.shift(); request && !ended; request = waiting.shift()) {
      await answer(request);
      commands++;
      if (waiting.length < maxWaiting) socket.resume();
    }
    busy = false;
    if (finishing) close();
  };

  socket.on('end', () => {
    finishing = true;
    work().catch((error: unknown) => close(`its command failed: ${error}`));
  });
  socket.on('error', () => close('the connection broke'));
  socket.on('close', () => close('the program is gone'));
  return session;
}
