import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, createProxy, DBusError, type InterfaceProxy } from '@ovpnkit/dbus';
import { ForwardedEvents } from '../contract/log-service.ts';
import { LOG, LOG_PATH, SESSIONS, SESSIONS_PATH } from '../contract/names.ts';
import { type Session, SessionManager, SessionManagerEventType } from '../contract/sessions.ts';
import { formatStatus, parseStatus, type Status, type WireStatus } from '../contract/status.ts';
import { createLatestQueue, type LatestQueue } from './latest-queue.ts';
import type { LogForwards } from './log-forwards.ts';
import { isNoObject } from './when-exported.ts';

/** What a session tells. The numbers are those of LogGroup and LogCategory, as they came. */
export type SessionEvent =
  | { readonly type: 'status'; readonly status: Status }
  /** A status whose codes are unknown here. */
  | { readonly type: 'unknown-status'; readonly codes: readonly [number, number]; readonly message: string }
  | { readonly type: 'log'; readonly group: number; readonly category: number; readonly message: string }
  /** So many events were lost here, because the reader did not keep up. */
  | { readonly type: 'dropped'; readonly count: number };

export type EventOptions = {
  /** Ends the iteration by throwing its reason. */
  readonly signal?: AbortSignal;
};

type Told = Exclude<SessionEvent, { readonly type: 'dropped' }>;

/** How many events wait for a reader before the oldest are dropped. */
const CAPACITY = 1000;
const POLL_MS = 1000;
const LAST_WORDS_MS = 2000;

/**
 * The events of a session: first its status as it is now, then what happens, until the session or its manager is gone.
 * A program that may not see the log gets the status only, and looks each second. Rejects with a DBusError when there is
 * no such session, or not for this user.
 */
export async function* sessionEvents(
  bus: Bus,
  session: InterfaceProxy<typeof Session.definition> & { readonly path: string },
  forwards: LogForwards,
  { signal }: EventOptions = {},
): AsyncGenerator<SessionEvent, void, void> {
  const { path } = session;
  const queue = createLatestQueue<Told>(CAPACITY);
  const forward = (enable: boolean) => session.call('LogForward', [enable]);
  const abort = () => queue.end(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort);
  const over = new AbortController();
  const subscriptions: AsyncDisposable[] = [];
  let forwarded = false;
  try {
    subscriptions.push(...(await listen(bus, path, queue)));
    try {
      await forwards.acquire(path, forward);
      forwarded = true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    const status = await session.get('status');
    // Those that came before are in the status already, or will come again.
    queue.dropThrough(event => isOf(event, status));
    yield statusEvent(status);
    if (!forwarded) void poll(session, status, queue, over.signal);
    yield* unread(queue, status);
  } finally {
    over.abort();
    signal?.removeEventListener('abort', abort);
    if (forwarded) await forwards.release(path, forward);
    for (const each of subscriptions) await each[Symbol.asyncDispose]();
  }
}

async function listen(bus: Bus, path: string, queue: LatestQueue<Told>): Promise<AsyncDisposable[]> {
  const log = createProxy(bus, ForwardedEvents, { destination: LOG, path });
  const manager = createProxy(bus, SessionManager, { destination: SESSIONS, path: SESSIONS_PATH });
  return Promise.all([
    log.on('Log', ([group, category, message]) => queue.push({ type: 'log', group, category, message })),
    log.on('StatusChange', status => queue.push(statusEvent(status))),
    manager.on('SessionManagerEvent', ([of, type]) => {
      if (of === path && type === SessionManagerEventType.DESTROYED)
        void heardAll(bus).then(() => queue.end());
    }),
    bus.watchName(SESSIONS, owner => {
      if (owner === undefined) queue.end();
    }),
  ]);
}

/** The last status comes by way of the log service, whose answer comes behind it. */
async function heardAll(bus: Bus): Promise<void> {
  const ping = { destination: LOG, path: LOG_PATH, interface: 'org.freedesktop.DBus.Peer', member: 'Ping' };
  await bus.call(ping, { timeoutMs: LAST_WORDS_MS, noAutoStart: true }).catch(() => {});
}

function statusEvent([major, minor, message]: readonly [number, number, string]): Told {
  const status = parseStatus([major, minor, message]);
  return status ? { type: 'status', status } : { type: 'unknown-status', codes: [major, minor], message };
}

/** What waits, without the signal of the status that the property had already. */
async function* unread(
  queue: LatestQueue<Told>,
  known: WireStatus,
): AsyncGenerator<SessionEvent, void, void> {
  let first = true;
  for (let next = await queue.next(); next !== undefined; next = await queue.next()) {
    if ('lost' in next) {
      yield { type: 'dropped', count: next.lost };
      continue;
    }
    const { value } = next;
    const repeated = first && isOf(value, known);
    if (value.type !== 'log') first = false;
    if (!repeated) yield value;
  }
}

async function poll(
  session: InterfaceProxy<typeof Session.definition>,
  known: WireStatus,
  queue: LatestQueue<Told>,
  over: AbortSignal,
): Promise<void> {
  let latest = known;
  try {
    for (;;) {
      await sleep(POLL_MS, undefined, { signal: over });
      const status = await session.get('status', { signal: over });
      if (!isEqual(status, latest)) queue.push(statusEvent(status));
      latest = status;
    }
  } catch (error) {
    queue.end(isNoObject(error) ? undefined : error);
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof DBusError && /Access denied|Autorization failed/.test(error.message);

const isEqual = (one: WireStatus, other: WireStatus): boolean =>
  one.every((part, index) => part === other[index]);

/** Whether this event tells this status. */
function isOf(event: Told, wire: WireStatus): boolean {
  switch (event.type) {
    case 'status':
      return isEqual(formatStatus(event.status), wire);
    case 'unknown-status':
      return isEqual([...event.codes, event.message], wire);
    case 'log':
      return false;
  }
}
