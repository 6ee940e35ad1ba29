import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionError } from '../errors.ts';
import { type ConnectOptions, openLink } from '../open-link.ts';
import { takesBody } from './body.ts';
import { createDecisions } from './decisions.ts';
import { createFanOut, createVariants } from './fan-out.ts';
import { describeCommand, type HubEvent } from './hub-event.ts';
import type { ListenerOptions } from './listener.ts';
import { createListeners, type Listeners } from './listeners.ts';
import { createOpenQuestion } from './open-question.ts';
import { createPerformer } from './performer.ts';
import { commandOf, createRelay } from './relay.ts';
import { createSession, type Session } from './session.ts';
import { type SessionStatus, statusOf } from './session-status.ts';
import { createSwitches } from './switches.ts';
import { createTurns } from './turns.ts';
import { createUpstream, type Upstream } from './upstream.ts';

export type HubOptions = {
  /** The daemon. `reconnect` is on unless it is given. */
  upstream: ConnectOptions;
  listeners: readonly ListenerOptions[];
  /**
   * What becomes of the sessions when the daemon is gone: `close` them and stop listening until it is back, as the
   * daemon would (the default), or `keep` them, for programs that never reconnect; commands are errors meanwhile.
   */
  whenLost?: 'close' | 'keep';
  /**
   * What becomes of clients that ask to be let in while no session decides: `deny` them for now, so that they try
   * again (the default), or let them `wait`, until the daemon gives up or a session comes, which is then told of them.
   * Clients up to OpenVPN 2.5 wait in either case, because they take any refusal for final and end.
   */
  whenUndecided?: 'deny' | 'wait';
  /** Called with what the hub does and sees. */
  onEvent?: (event: HubEvent) => void;
};

/** One daemon, shared by any number of programs. */
export type Hub = {
  /** The listeners in the order of the options, with the ports that the system chose. */
  readonly listeners: Listeners['places'];
  /** Whether the daemon can be asked. */
  readonly connected: boolean;
  /** Who is there; also told by the command `hub-status` of any session. */
  sessions(): SessionStatus[];
  /** Ends all sessions, with a moment for them to read what was written, and the connection. */
  close(): Promise<void>;
  /** Resolves when the hub has ended: with the reason, or `undefined` after {@link close}. */
  readonly closed: Promise<ConnectionError | undefined>;
  [Symbol.asyncDispose](): Promise<void>;
};

const retryMs = 1000;
const closingMs = 1000;

/**
 * Connects to the daemon, listens, and serves. Rejects as `connect` does when the daemon or a listener cannot be had at
 * the start; later it reconnects by itself.
 */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { whenLost = 'close', whenUndecided = 'deny', onEvent = () => {} } = options;
  const sessions = new Set<Session>();
  const question = createOpenQuestion();
  const closing = new AbortController();
  let greeting = '';
  let nextId = 1;
  let opened: Upstream | undefined; // not yet when a daemon says more in the same breath as its greeting

  const refused = ({ id }: Session, words: readonly string[], problem: string): void =>
    onEvent({ type: 'refused', id, command: describeCommand(words), problem });
  const decisions = createDecisions({
    mayWait: whenUndecided === 'wait',
    send: () => (opened?.link.connected() ? what => opened?.run(what, true) : undefined),
    refused,
    onEvent,
  });
  const { lease } = decisions;

  const seen = (lines: readonly string[]): void => {
    question.note(lines[0] ?? '');
    decisions.note(lines);
  };
  const fanOut = createFanOut(sessions, seen, () => opened?.link.settings.bytecount ?? 0);
  const target = { ...options.upstream, reconnect: options.upstream.reconnect ?? true };
  const { link, client } = await openLink(target, {
    onLine: fanOut.push,
    onGreeting(connection) {
      greeting = connection.greeting;
      fanOut.clear();
      question.clear();
      lease.clear();
    },
  });

  const upstream = createUpstream(link, client, createTurns());
  opened = upstream;
  decisions.settle();
  const relay = createRelay(upstream, question, whenLost === 'close' ? session => session.end() : undefined);
  const switches = createSwitches(upstream, sessions, relay);
  const status = (): SessionStatus[] =>
    [...sessions].map(session => statusOf(session, lease.holder === session));
  const perform = createPerformer({
    upstream,
    relay,
    switches,
    question,
    decisions,
    status: () => JSON.stringify({ address: link.address, connected: upstream.ready, sessions: status() }),
  });

  const ended = (session: Session, problem: string | undefined): void => {
    if (!sessions.delete(session)) return;
    lease.leave(session);
    void switches.adjust();
    const { id, commands, output } = session;
    const { bytesSent, dropped } = output;
    onEvent({ type: 'session-end', id, problem, commands, bytesSent, dropped });
  };

  const welcome = (socket: Socket, listener: ListenerOptions, address: string): void => {
    const session = createSession({
      id: nextId++,
      listener: address,
      role: listener.role ?? 'monitor',
      clientEvents: listener.clientEvents !== 'none',
      socket,
      takesBody: words => takesBody(words, question, upstream),
      perform,
      async complain(session, line) {
        await relay(session, commandOf({ line, words: [], body: undefined }));
      },
      refused,
      carriedOut: ({ id }, words, accepted) =>
        onEvent({ type: 'command', id, command: describeCommand(words), accepted }),
      onEnd: ended,
    });
    // The greeting goes alone: some programs read once and take all they get for it.
    session.output.reply(greeting);
    setImmediate(() => {
      // The daemon may have gone meanwhile, or the hub itself.
      if (closing.signal.aborted || (whenLost === 'close' && !upstream.ready)) socket.destroy();
      if (socket.destroyed) return;
      const { id, peer, role, output } = session;
      sessions.add(session);
      onEvent({ type: 'session-start', id, listener: address, role, peer });
      if (question.line !== undefined) output.notify(createVariants([question.line])(session));
      if (role === 'auth') lease.join(session);
      session.start();
    });
  };
  const listeners = createListeners(options.listeners, welcome, (listener, problem) =>
    onEvent({ type: 'turned-away', listener, problem }),
  );

  const endSessions = async (lingerMs?: number): Promise<void> => {
    const all = [...sessions];
    for (const session of all) session.end(lingerMs);
    await Promise.all(all.map(({ closed }) => closed));
  };
  const lost = (): void => {
    if (whenLost === 'keep') return;
    listeners.close();
    void endSessions();
  };
  /** Brings a new connection to where sessions can use it. */
  const serve = async (): Promise<void> => {
    while (link.connected() && !closing.signal.aborted) {
      try {
        await upstream.prepare();
        await listeners.open();
        await switches.adjust();
        return onEvent({ type: 'upstream-up' });
      } catch (error) {
        if (!link.connected()) return;
        onEvent({ type: 'not-serving', problem: error instanceof Error ? error.message : String(error) });
        await sleep(retryMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  };

  const close = async (): Promise<void> => {
    closing.abort();
    listeners.close();
    await endSessions(closingMs);
    await link.close();
  };
  try {
    await upstream.prepare();
    await listeners.open();
  } catch (error) {
    await close();
    throw error;
  }
  let serving = Promise.resolve();
  link.events.on('down', ({ error }) => {
    onEvent({ type: 'upstream-down', problem: error.message });
    lost();
  });
  link.events.on('snapshot', () => {
    serving = serving.then(serve);
  });
  const closed = link.closed.then(error => {
    listeners.close();
    void endSessions();
    return error;
  });

  return {
    listeners: listeners.places,
    get connected() {
      return upstream.ready;
    },
    sessions: status,
    close,
    closed,
    [Symbol.asyncDispose]: close,
  };
}
