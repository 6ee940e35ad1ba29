import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../commands/answer.ts';
import { type AuthAnswers, createAuthAnswers } from '../commands/client-auth.ts';
import { createQuestions, type Questions } from '../commands/questions.ts';
import type { Connection } from '../connection/connection.ts';
import { ConnectionError } from '../errors.ts';
import type { Event } from '../events/event.ts';
import { createEventSource, type EventSource } from '../events/event-source.ts';
import type { Notification } from '../protocol/notification.ts';
import { createPushUpdateReader } from '../protocol/push-update.ts';
import { createSettings, type Settings } from './settings.ts';

/** Waits before trying again, doubling from the first to the second; each is shortened at random by up to half. */
export type ReconnectOptions = { minDelayMs?: number; maxDelayMs?: number };

/** Opens a connection whose greeting and notifications go to these two. */
export type Open = (
  signal: AbortSignal,
  handlers: { onGreeting(connection: Connection): void; onNotification(notification: Notification): void },
) => Promise<Connection>;

export type LinkOptions = {
  address: string;
  type: 'ip' | 'socket';
  open: Open;
  reconnect: ReconnectOptions | undefined;
  pkcs11: boolean;
  eventCapacity: number;
  /** Lets go of what `open` uses. */
  release(): void;
};

/** The way to one daemon, over as many connections as it takes. */
export type Link = {
  readonly address: string;
  readonly type: 'ip' | 'socket';
  readonly events: EventSource;
  readonly questions: Questions;
  readonly settings: Settings;
  readonly run: Run;
  connected(): boolean;
  /** The present connection. Throws a ConnectionError when there is none. */
  connection(): Connection;
  /** Opens the first connection. After each later one, `restore` brings it to where the last one was. */
  start(signal: AbortSignal | undefined, restore: () => Promise<Event>): Promise<void>;
  close(): Promise<void>;
  readonly closed: Promise<ConnectionError | undefined>;
};

export function createLink(options: LinkOptions): Link {
  const { address, type, open, reconnect } = options;
  const abort = new AbortController();
  const closed = Promise.withResolvers<ConnectionError | undefined>();
  const settings = createSettings();
  const questions = createQuestions(options.pkcs11);
  const events = createEventSource(() => {
    const problem = 'a consumer of events was too slow and its buffer is full';
    current?.close(new ConnectionError('overflow', address, problem));
  }, options.eventCapacity);
  let current: Connection | undefined;
  let over: ConnectionError | undefined; // why there will be no other connection
  let answers: AuthAnswers | undefined;
  let updates = createPushUpdateReader();
  let opened = 0;

  const handlers = {
    onGreeting(connection: Connection): void {
      current = connection;
      answers = createAuthAnswers(connection.send, connection.management);
      updates = createPushUpdateReader();
      questions.clear();
      if (opened++ > 0) events.push({ type: 'up' });
    },
    onNotification(notification: Notification): void {
      questions.note(notification);
      if (answers) events.push(toEvent(notification, answers));
      if (notification.type !== 'LOG') return;
      const options = updates.push(notification.text);
      if (options) events.push({ type: 'PUSH_UPDATE', options });
    },
  };

  const connection = (): Connection => {
    if (current) return current;
    if (over) throw over;
    const problem = abort.signal.aborted
      ? 'the connection was closed by this program'
      : 'there is no connection now';
    throw new ConnectionError('closed', address, problem);
  };

  /** Tries until it is open and restored; `undefined` when the program closed meanwhile. */
  const reopen = async (restore: () => Promise<Event>): Promise<Connection | undefined> => {
    const { minDelayMs = 250, maxDelayMs = 10_000 } = reconnect ?? {};
    for (let attempt = 1; ; attempt++) {
      const longest = Math.min(maxDelayMs, minDelayMs * 2 ** (attempt - 1));
      const delayMs = Math.round(longest * (0.5 + Math.random() / 2));
      try {
        await sleep(delayMs, undefined, { signal: abort.signal });
        const connection = await open(abort.signal, handlers);
        events.push(await restore());
        return connection;
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error(String(cause));
        current?.close(
          new ConnectionError('protocol', address, 'the connection could not be restored', { cause }),
        );
        current = undefined;
        if (abort.signal.aborted) return undefined;
        events.push({ type: 'retry', attempt, error });
      }
    }
  };

  const keepOpen = async (first: Connection, restore: () => Promise<Event>): Promise<void> => {
    let connection: Connection | undefined = first;
    let error: ConnectionError | undefined;
    while (connection) {
      error = await connection.closed;
      current = undefined;
      const again: boolean = reconnect !== undefined && error.reason !== 'overflow' && !abort.signal.aborted;
      if (again) events.push({ type: 'down', error });
      connection = again ? await reopen(restore) : undefined;
    }
    options.release();
    const reason = abort.signal.aborted ? undefined : error;
    over = reason;
    events.end(reason);
    closed.resolve(reason);
  };

  return {
    address,
    type,
    events,
    questions,
    settings,
    connection,
    connected: () => current !== undefined,
    async run(command, sendOptions) {
      const reply = await connection().send(command, sendOptions);
      settings.note(command);
      return reply;
    },
    async start(signal, restore) {
      const first = await open(signal ?? abort.signal, handlers);
      void keepOpen(first, restore);
    },
    async close() {
      abort.abort(new ConnectionError('closed', address, 'the connection was closed by this program'));
      current?.close();
      await closed.promise;
    },
    closed: closed.promise,
  };
}

/** Adds to a client that waits the means to answer it. They are not enumerable: an event prints as what was sent. */
function toEvent(notification: Notification, answers: AuthAnswers): Event {
  if (notification.type !== 'CLIENT') return notification;
  switch (notification.kind) {
    case 'CONNECT':
    case 'REAUTH':
    case 'CR_RESPONSE': {
      const { cid, kid } = notification;
      const answer = notification.kind === 'CR_RESPONSE' ? answers.answer(cid, kid) : answers.ask(cid, kid);
      const methods = Object.entries(answer).map(([name, value]) => [name, { value }]);
      return Object.defineProperties({ ...notification }, Object.fromEntries(methods)) as Event;
    }
    case 'DISCONNECT':
      answers.forget(notification.cid);
      return notification;
    default:
      return notification;
  }
}
