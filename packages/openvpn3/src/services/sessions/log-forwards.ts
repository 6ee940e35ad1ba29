import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, type CallOptions, createProxy, DBusError, type Subscription } from '@ovpnkit/dbus';
import { errorText } from '../../contract/errors.ts';
import { LogProxy, LogService } from '../../contract/log-service.ts';
import { LOG, LOG_PATH } from '../../contract/names.ts';
import { refused, requestFailed } from '../host/refusals.ts';
import type { Log } from '../host/service-host.ts';
import { mayReadLog } from './access.ts';
import type { LogForward, SessionRecord } from './session-record.ts';
import { userName } from './user-name.ts';

/** To whom the log service sends the events of one session: each unique name once, as long as it is on the bus. */
export type LogForwards = {
  /** `uid` is for the log, `options` have the caller's patience. Rejects with the DBusError for the caller. */
  add(target: string, uid: number | undefined, options: CallOptions): Promise<void>;
  /** Resolves when nothing more comes, or when the log service does not answer. */
  remove(target: string, uid: number | undefined): Promise<void>;
  /** Ends those of users who may not see the log any more. */
  recheck(): void;
  /** For good: the session has ended. */
  removeAll(): void;
  /** Begins again for everybody: the backend, the log service or this session manager is another one than before. */
  renew(): Promise<void>;
};

export type ForwardedSession = {
  record(): SessionRecord;
  update(forwards: readonly LogForward[]): void;
  readonly log: Log;
};

const TIMEOUT_MS = 4000;
/** Who wants to hear nothing more is not kept waiting for long. */
const REMOVE_MS = 2000;
/** Each is a match rule of ours, of which a bus grants a few hundred. */
const MOST_FORWARDS = 32;
const TRIES = 30;
const BETWEEN_TRIES_MS = 100;

const isUnknownSession = (error: unknown): boolean =>
  error instanceof DBusError && errorText(error.message) === 'No session available';

export function createLogForwards(bus: Bus, { record, update, log }: ForwardedSession): LogForwards {
  const service = createProxy(bus, LogService, { destination: LOG, path: LOG_PATH });
  const watches = new Map<string, Promise<Subscription>>();
  const { path } = record();
  let over = false;
  let renewal = Promise.resolve();

  const proxyOf = (target: string) => record().logForwards.find(each => each.target === target)?.proxy;

  /** The log service may hear of a session a little later than we do: its backend tells it. */
  async function request(target: string, options: CallOptions): Promise<string> {
    for (let tries = 1; ; tries++) {
      try {
        return await service.call('ProxyLogEvents', [target, path], options);
      } catch (error) {
        if (tries === TRIES || !isUnknownSession(error)) throw error;
      }
      await sleep(BETWEEN_TRIES_MS);
    }
  }

  async function drop(target: string): Promise<void> {
    const proxy = proxyOf(target);
    if (proxy === undefined) return;
    update(record().logForwards.filter(each => each.target !== target));
    void watches.get(target)?.then(
      watch => watch.close(),
      () => {},
    );
    watches.delete(target);
    await remove(proxy);
  }

  async function remove(proxy: string): Promise<void> {
    const object = createProxy(bus, LogProxy, { destination: LOG, path: proxy });
    // A log service that has gone, or does not answer, has nothing to remove or never will.
    await object.call('Remove', [], { timeoutMs: REMOVE_MS }).catch(() => {});
  }

  function keep({ target, proxy, uid }: LogForward): void {
    if (over) {
      // The session has ended while the log service was asked.
      void remove(proxy);
      return;
    }
    update([...record().logForwards.filter(each => each.target !== target), { target, proxy, uid }]);
    watch(target);
  }

  function watch(target: string): void {
    if (watches.has(target)) return;
    const watching = bus.watchName(target, owner => {
      if (owner === undefined) void drop(target);
    });
    watches.set(target, watching);
    watching.catch(() => watches.delete(target));
  }

  /** It stays in the record meanwhile: a session manager that takes over in between has to know of it. */
  async function open({ target, proxy, uid }: LogForward): Promise<void> {
    if (!mayReadLog(record(), uid)) {
      void drop(target);
      return;
    }
    void remove(proxy);
    try {
      const next = await request(target, { timeoutMs: TIMEOUT_MS });
      if (proxyOf(target) === proxy) keep({ target, proxy: next, uid });
      else if (proxyOf(target) !== next) void remove(next); // nobody wants it any more
    } catch (error) {
      void drop(target);
      log('VERB1', `Log forwarding to ${target} could not be taken up again: ${messageOf(error)}`);
    }
  }

  function recheck(): void {
    for (const { target, uid } of record().logForwards) if (!mayReadLog(record(), uid)) void drop(target);
  }

  return {
    recheck,
    async add(target, uid, options) {
      if (proxyOf(target) !== undefined || uid === undefined) return;
      if (record().logForwards.length >= MOST_FORWARDS)
        throw refused(`This session is forwarded to ${MOST_FORWARDS} programs already`);
      const proxy = await request(target, options).catch((error: unknown) => {
        if (error instanceof DBusError) throw refused(errorText(error.message));
        throw requestFailed('The log service did not answer');
      });
      keep({ target, proxy, uid });
      recheck(); // access may have been taken away meanwhile
      log('VERB2', `Added log forwarding to ${target} on ${path} (user: ${userName(uid)})`);
    },
    async remove(target, uid) {
      if (proxyOf(target) === undefined) {
        log('CRIT', `There is no log forwarding to ${target} on ${path}`);
        return;
      }
      await drop(target);
      log('VERB2', `Removed log forwarding from ${target} on ${path} (user: ${userName(uid)})`);
    },
    removeAll() {
      over = true;
      for (const { target } of record().logForwards) void drop(target);
    },
    renew() {
      renewal = renewal.then(async () => {
        for (const forward of record().logForwards) await open(forward);
      });
      return renewal;
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
