import type { Socket } from 'node:net';
import { formatEndpoint } from '../address.ts';
import type { ConnectionError } from '../errors.ts';
import { type ConnectOptions, openLink } from '../open-link.ts';
import { command } from '../protocol/command.ts';
import { integer } from '../protocol/encoder.ts';
import { isAtLeast } from '../protocol/version.ts';
import { createAuthLease } from './auth-lease.ts';
import { createFanOut } from './fan-out.ts';
import { type HubListener, type ListenerOptions, openHubListener } from './listener.ts';
import { createOpenQuestions } from './open-questions.ts';
import { createPerformer } from './performer.ts';
import { createSession, type Session } from './session.ts';
import { inVersion } from './subscription.ts';
import { createTurns } from './turns.ts';

export type HubOptions = {
  upstream: ConnectOptions;
  listeners: readonly ListenerOptions[];
  /**
   * What becomes of the sessions when the daemon is gone: `close` them and stop listening until it is back, as the
   * daemon would (the default), or `keep` them, for programs that never reconnect; commands are errors meanwhile.
   */
  whenLost?: 'close' | 'keep';
  /**
   * What becomes of clients that ask to be let in while no session decides: `deny` them for now, so that they try
   * again (the default), or let them `wait` for the daemon's own timeout.
   */
  whenUndecided?: 'deny' | 'wait';
  /** Called with what the hub does and sees. */
  onEvent?: (event: HubEvent) => void;
};

export type HubEvent =
  | { readonly type: 'session'; readonly id: number; readonly listener: string; readonly role: string }
  | { readonly type: 'session-end'; readonly id: number; readonly problem: string | undefined }
  | { readonly type: 'refused'; readonly id: number; readonly command: string; readonly problem: string }
  | { readonly type: 'upstream-down'; readonly problem: string }
  | { readonly type: 'upstream-up' };

export type SessionStatus = Pick<Session, 'id' | 'listener' | 'role' | 'since' | 'commands'> & {
  readonly bytes: number;
  readonly dropped: number;
  readonly decides: boolean;
};

/** One daemon, shared by any number of programs. */
export type Hub = {
  /** The listeners in the order of the options, with the ports that the system chose. */
  readonly listeners: readonly Pick<HubListener, 'address' | 'port'>[];
  readonly connected: boolean;
  sessions(): SessionStatus[];
  close(): Promise<void>;
  /** Resolves when the hub has ended, by {@link close}. */
  readonly closed: Promise<ConnectionError | undefined>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Connects to the daemon, listens, and serves. Rejects as `connect` does when the daemon or a listener cannot be had at
 * the start; later it reconnects by itself.
 */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { whenLost = 'close', whenUndecided = 'deny', onEvent = () => {} } = options;
  const sessions = new Set<Session>();
  const questions = createOpenQuestions();
  const lease = createAuthLease<Session>();
  const turns = createTurns();
  let greeting = '';
  let answersVersion = false;
  let nextId = 1;
  const listeners: HubListener[] = [];

  /** Clients that nobody will decide about are turned away for now: with TEMP they keep their credentials and retry. */
  const denyUndecided = (): void => {
    if (whenUndecided === 'wait' || lease.holder !== undefined) return;
    for (const { cid, kid } of lease.waiting) {
      lease.decided(cid, kid);
      void performer.upstream(
        command(
          'client-deny',
          integer('cid', cid),
          integer('kid', kid),
          ['reason', 'no program that decides is connected to the hub'],
          ['clientReason', 'TEMP[backoff 5]:sign-in service unavailable'],
        ),
      );
    }
  };

  const fanOut = createFanOut(sessions, questions, lease, denyUndecided);
  const refused = ({ id }: Session, what: string, problem: string): void =>
    onEvent({ type: 'refused', id, command: what, problem });

  const status = (): SessionStatus[] =>
    [...sessions].map(session => ({
      id: session.id,
      listener: session.listener,
      role: session.role,
      since: session.since,
      commands: session.commands,
      bytes: session.output.bytes,
      dropped: session.output.dropped,
      decides: lease.holder === session,
    }));

  const upstream = { ...options.upstream, reconnect: options.upstream.reconnect ?? true };
  const { link, client } = await openLink(upstream, {
    onLine: fanOut.push,
    onGreeting(connection) {
      greeting = connection.greeting;
      questions.clear();
      lease.clear();
    },
  });
  const performer = createPerformer({
    link,
    turns,
    sessions,
    questions,
    lease,
    refused,
    answersVersion: () => answersVersion,
    status: () => JSON.stringify({ address: link.address, connected: link.connected(), sessions: status() }),
  });
  const learnVersion = async (): Promise<void> => {
    answersVersion = isAtLeast((await client.version()).version ?? '', 2, 7, 1);
  };

  const welcome = (socket: Socket, listener: ListenerOptions): void => {
    const { role = 'monitor' } = listener;
    const session = createSession({
      id: nextId++,
      listener: formatEndpoint(listener),
      role,
      socket,
      perform: performer.perform,
      refused,
      onEnd(problem) {
        sessions.delete(session);
        lease.leave(session);
        denyUndecided();
        void performer.adjust();
        onEvent({ type: 'session-end', id: session.id, problem });
      },
    });
    // The greeting goes alone: some programs read once and take all they get for it.
    session.output.reply(greeting);
    setImmediate(() => {
      sessions.add(session);
      if (role === 'auth') lease.join(session);
      for (const line of questions.lines) session.output.notify([inVersion(line, 1)]);
      onEvent({ type: 'session', id: session.id, listener: session.listener, role });
      session.start();
    });
  };

  const openListeners = async (): Promise<void> => {
    for (const listener of options.listeners) {
      listeners.push(await openHubListener(listener, socket => welcome(socket, listener)));
    }
  };
  const closeListeners = (): void => {
    for (const listener of listeners.splice(0)) listener.close();
  };

  const lost = (problem: string): void => {
    onEvent({ type: 'upstream-down', problem });
    if (whenLost === 'keep') return;
    closeListeners();
    for (const session of sessions) session.end();
  };
  const back = async (): Promise<void> => {
    await learnVersion();
    if (listeners.length === 0) await openListeners();
    await performer.adjust();
    onEvent({ type: 'upstream-up' });
  };

  try {
    await learnVersion();
    await openListeners();
  } catch (error) {
    closeListeners();
    await link.close();
    throw error;
  }
  link.events.on('down', ({ error }) => lost(error.message));
  link.events.on('snapshot', back);

  const close = async (): Promise<void> => {
    closeListeners();
    for (const session of sessions) session.end();
    await link.close();
  };
  return {
    listeners,
    get connected() {
      return link.connected();
    },
    sessions: status,
    close,
    closed: link.closed,
    [Symbol.asyncDispose]: close,
  };
}
