import { type CallOptions, DBusError, Variant } from '@ovpnkit/dbus';
import { errorText, failed } from '../../contract/errors.ts';
import { LogCategory, LogGroup, passesLogLevel } from '../../contract/log.ts';
import { SESSIONS } from '../../contract/names.ts';
import { formatStatus, type Status, type WireStatus } from '../../contract/status.ts';
import { refused } from '../host/refusals.ts';
import type { Log, ServiceHost } from '../host/service-host.ts';
import { BACKEND_MS, type Backend, type BackendProxy } from './backend.ts';
import { createLogForwards, type LogForwards } from './log-forwards.ts';
import { isAbsent, NO_ANSWER, NOT_REGISTERED, relayedError } from './relayed-error.ts';
import type { SessionRecord } from './session-record.ts';
import { isDone } from './session-status.ts';
import { within } from './within.ts';

/** Work for a caller. `options` have the time that is left of his patience, for each call of it. */
export type BackendWork<T> = (backend: BackendProxy, options: CallOptions) => Promise<T>;

/** A session and the way to its backend. */
export type LiveSession = {
  readonly record: SessionRecord;
  readonly status: WireStatus;
  /** The property `last_log`. */
  readonly lastLog: Map<string, Variant>;
  readonly log: Log;
  readonly forwards: LogForwards;
  /** From its registration request on. */
  readonly backend: Backend | undefined;
  readonly isClosed: boolean;
  /** There is a backend, and it has registered. */
  readonly isRegistered: boolean;
  /** Changes what is known, for the next session manager too. */
  update(changes: Partial<SessionRecord>): void;
  /** What the status is now, with a StatusChange for the log service. */
  tellStatus(status: WireStatus): void;
  /** Has the backend do something, once it has registered. Rejects with the DBusError for the caller, in time for him. */
  relay<T>(method: string, work: BackendWork<T>): Promise<T>;
  /** Reads from the backend; without one, what `otherwise` says. Rejects with the DBusError for the caller. */
  read<T>(otherwise: T, work: BackendWork<T>): Promise<T>;
  /** There is no backend for now. `expect` says that one has been started: relayed calls wait for it from then on. */
  detach(): void;
  expect(): void;
  /** The backend has come; `confirm` says that it has registered. */
  attach(backend: Backend): void;
  confirm(): void;
  /** Ends the session and its backend, once: with `stopped` in order. Resolves when nothing is left. */
  close(how: Ending, why?: string): Promise<void>;
};

export type Ending = 'stopped' | 'killed';

const endings: Readonly<Record<Ending, Status>> = {
  stopped: { major: 'SESSION', minor: 'PROC_STOPPED', message: 'Session closed' },
  killed: { major: 'SESSION', minor: 'PROC_KILLED', message: 'Session closed, killed backend client' },
};

export type SessionKeeper = {
  readonly host: Pick<ServiceHost, 'bus' | 'hold' | 'logFrom' | 'sendToLog'>;
  saved(record: SessionRecord): void;
  /** Called at once when a session begins to end, and again when nothing of it is left. */
  withdraw(session: LiveSession): void;
  ended(session: LiveSession): void;
};

/** A session that has no backend yet, and expects one. `known` is its status, when it has been running before. */
export function createSession(
  initial: SessionRecord,
  keeper: SessionKeeper,
  known: WireStatus = [0, 0, ''],
): LiveSession {
  const { host } = keeper;
  const { path } = initial;
  let record = initial;
  let status = known;
  let lastLog = logLine(0, 0, '');
  let backend: Backend | undefined;
  /** `undefined` while no backend is expected. */
  let registered: PromiseWithResolvers<Backend> | undefined = expectation();
  let isRegistered = false;
  let isClosed = false;
  let closing: Promise<void> | undefined;
  const release = host.hold();
  const send = host.logFrom(path, () => record.logVerbosity);

  const log: Log = (category, message) => {
    if (passesLogLevel(category, record.logVerbosity))
      lastLog = logLine(LogGroup.SESSIONMGR, LogCategory[category], message);
    send(category, message);
  };

  /** `translate` has what the backend refuses. */
  async function perform<T>(
    from: Backend,
    signal: AbortSignal,
    work: BackendWork<T>,
    translate: (error: DBusError) => DBusError,
  ): Promise<T> {
    try {
      return await within(
        signal,
        from.inTurn(() => work(from.proxy, { signal })),
      );
    } catch (error) {
      if (error instanceof DBusError) throw translate(error);
      if (error !== signal.reason) throw error;
      if (!(await from.isSilent())) throw refused('Backend VPN process did not answer in time');
      if (from === backend) void session.close('killed');
      throw refused(NO_ANSWER);
    }
  }

  async function end(how: Ending, message: string): Promise<void> {
    keeper.withdraw(session);
    const last = backend;
    const done = isDone(status);
    session.detach();
    session.tellStatus(formatStatus({ ...endings[how], message }));
    log('VERB1', `Session closing - ${path}`);
    session.forwards.removeAll();
    if (how === 'killed') last?.forceShutdown();
    else if (last) await dismiss(last, done);
    release();
    keeper.ended(session);
  }

  const session: LiveSession = {
    get record() {
      return record;
    },
    get status() {
      return status;
    },
    get lastLog() {
      return lastLog;
    },
    get backend() {
      return backend;
    },
    get isClosed() {
      return isClosed;
    },
    get isRegistered() {
      return isRegistered;
    },
    log,
    forwards: createLogForwards(host.bus, {
      record: () => record,
      update: logForwards => session.update({ logForwards }),
      log,
    }),
    update(changes) {
      record = { ...record, ...changes };
      if (
        'acl' in changes ||
        'owner' in changes ||
        'publicAccess' in changes ||
        'restrictLogAccess' in changes
      )
        session.forwards.recheck();
      if (!isClosed && record.backendPid !== 0) keeper.saved(record);
    },
    tellStatus(now) {
      status = now;
      host.sendToLog({ path, interface: SESSIONS, member: 'StatusChange', signature: 'uus', body: now });
    },
    async relay(method, work) {
      if (!registered) throw refused(NO_ANSWER);
      const signal = AbortSignal.timeout(BACKEND_MS);
      const from = await within(signal, registered.promise).catch((error: unknown) => {
        throw error === signal.reason ? refused(NOT_REGISTERED) : error;
      });
      return perform(from, signal, work, error => relayedError(method, error));
    },
    async read(otherwise, work) {
      if (!backend) return otherwise;
      try {
        return await perform(backend, AbortSignal.timeout(BACKEND_MS), work, error =>
          isAbsent(error) ? refused(NO_ANSWER) : error,
        );
      } catch (error) {
        throw error instanceof DBusError ? failed(errorText(error.message)) : error;
      }
    },
    detach() {
      backend = undefined;
      isRegistered = false;
      registered?.reject(refused(NO_ANSWER));
      registered = undefined;
    },
    expect() {
      registered = expectation();
    },
    attach(found) {
      backend = found;
    },
    confirm() {
      if (!backend || !registered) return;
      isRegistered = true;
      registered.resolve(backend);
    },
    close(how, why = endings[how].message) {
      isClosed = true;
      closing ??= end(how, why);
      return closing;
    },
  };
  return session;
}

/** Waits until it has left; one that does not leave is told to. */
async function dismiss(backend: Backend, isDone: boolean): Promise<void> {
  // Whatever it answers, it has to leave.
  if (!isDone) await backend.proxy.call('Disconnect', [], { timeoutMs: BACKEND_MS }).catch(() => {});
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    backend.forceShutdown();
    late.resolve();
  }, BACKEND_MS);
  await Promise.race([backend.left, late.promise]);
  clearTimeout(timer);
}

/** Relayed calls wait for it. Nobody need wait. */
function expectation(): PromiseWithResolvers<Backend> {
  const expected = Promise.withResolvers<Backend>();
  expected.promise.catch(() => {});
  return expected;
}

const logLine = (group: number, category: number, message: string): Map<string, Variant> =>
  new Map<string, Variant>([
    ['log_group', new Variant('u', group)],
    ['log_category', new Variant('u', category)],
    ['log_message', new Variant('s', message)],
  ]);
