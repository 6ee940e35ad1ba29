import { randomUUID } from 'node:crypto';
import { errorText } from '../../contract/errors.ts';
import { BACKEND_SESSION_PATH, BACKENDS, LOG, SESSIONS_PATH } from '../../contract/names.ts';
import { Session, SessionManager, SessionManagerEventType } from '../../contract/sessions.ts';
import type { WireStatus } from '../../contract/status.ts';
import { refused } from '../host/refusals.ts';
import type { ServiceHost } from '../host/service-host.ts';
import { isUser } from './access.ts';
import type { Survivor } from './adoption.ts';
import type { Backend } from './backend.ts';
import { createCallTurns } from './call-turns.ts';
import { findConfiguration } from './configuration.ts';
import { createSession, type LiveSession, type SessionKeeper } from './live-session.ts';
import { openRegistrations } from './registration.ts';
import { createRestart, type Restart } from './restart.ts';
import { implementSession } from './session-object.ts';
import { newRecord, type SessionRecord } from './session-record.ts';
import { endsSession, isDone } from './session-status.ts';
import type { SessionStore } from './session-store.ts';
import { userName } from './user-name.ts';

/** Each session is a process. */
const MAX_SESSIONS_OF_A_USER = 64;
/** Front ends wait five seconds for the answer to NewTunnel. The bus may have to start two services meanwhile. */
const ANSWER_MS = 4000;
/** What is left of it is for the start of a backend. */
const CONFIGURATION_MS = 2500;
/** Nobody waits for the backend of an automatic restart. */
const RESTART_MS = 10_000;

/** All sessions, each from NewTunnel or the start of the session manager to its end. */
export type Sessions = {
  get(path: string): LiveSession | undefined;
  /** Those that a uid may use, by path. */
  of(uid: number | undefined): LiveSession[];
  /** Gives the session's path when a backend has been started. Rejects with the DBusError for the caller. */
  start(configPath: string, uid: number): Promise<string>;
  /** Goes on with a session of an earlier session manager. */
  adopt(record: SessionRecord, survivor: Survivor): LiveSession;
  /** A session of an earlier session manager has ended since. */
  bury(record: SessionRecord): void;
};

type Entry = {
  readonly session: LiveSession;
  readonly restart: Restart;
  /** What the backend has said while it registers: nobody knows the session before it has been announced. */
  held: (() => void)[] | undefined;
};

export async function createSessions(host: ServiceHost, store: SessionStore): Promise<Sessions> {
  const { bus, server } = host;
  const entries = new Map<string, Entry>();
  const byBackend = new Map<string, Entry>();

  const announce = (path: string, type: 'CREATED' | 'DESTROYED', uid: number): void => {
    const code = SessionManagerEventType[type];
    server.emit(SESSIONS_PATH, SessionManager, 'SessionManagerEvent', [path, code, uid]);
  };

  const keeper: SessionKeeper = {
    host,
    saved: store.save,
    withdraw({ record }) {
      hear(record.path);
      entries.delete(record.path);
      server.remove(record.path);
      store.remove(record.path);
    },
    ended: ({ record }) => announce(record.path, 'DESTROYED', record.owner),
  };

  const registrations = await openRegistrations(host, {
    isStranger: name => !byBackend.has(name),
    attached,
    registered(session) {
      const { path, creator } = session.record;
      announce(path, 'CREATED', creator);
      hear(path);
      void entries.get(path)?.restart.resume();
    },
    failed(session, why) {
      hear(session.record.path);
      // Nothing has been promised for a session that was never there.
      if (session.record.backendPid === 0) void session.close('killed', why);
      else entries.get(session.record.path)?.restart.vanished();
    },
  });

  function enter(record: SessionRecord, status?: WireStatus): LiveSession {
    const session = createSession(record, keeper, status);
    const restart = createRestart(session, () => registrations.start(session, RESTART_MS));
    entries.set(record.path, { session, restart, held: undefined });
    server.export(record.path, implementSession(session));
    return session;
  }

  function attached(session: LiveSession, backend: Backend): void {
    const entry = entries.get(session.record.path);
    if (entry === undefined) return;
    entry.held = session.isRegistered ? undefined : [];
    byBackend.set(backend.uniqueName, entry);
    void backend.left.then(() => {
      byBackend.delete(backend.uniqueName);
      if (session.backend === backend) entry.restart.vanished();
    });
  }

  function hear(path: string): void {
    const entry = entries.get(path);
    const held = entry?.held ?? [];
    if (entry) entry.held = undefined;
    for (const each of held) each();
  }

  /** Listens to a signal of the backends, each with the arguments `uus`. */
  const listen = (member: string, listener: (entry: Entry, args: [number, number, string]) => void) =>
    bus.subscribe(
      { interface: BACKENDS, path: BACKEND_SESSION_PATH, member },
      ({ sender = '', signature, body }) => {
        const entry = byBackend.get(sender);
        if (entry === undefined || signature !== 'uus') return;
        const tell = () => listener(entry, body as [number, number, string]);
        if (entry.held) entry.held.push(tell);
        else tell();
      },
    );
  await listen('StatusChange', ({ session, restart }, status) => {
    restart.heard(status);
    session.tellStatus(status);
    if (session.isClosed || !endsSession(status)) return;
    if (isDone(status)) session.log('VERB2', 'Backend VPN client closed the session');
    void session.close('stopped');
  });
  await listen('AttentionRequired', ({ session }, args) => {
    if (!session.isClosed) server.emit(session.record.path, Session, 'AttentionRequired', args);
  });
  // Another log service knows nothing of what the last one has forwarded.
  await bus.watchName(LOG, owner => {
    if (owner !== undefined) for (const { session } of entries.values()) void session.forwards.renew();
  });

  function of(uid: number | undefined): LiveSession[] {
    return [...entries.values()]
      .map(({ session }) => session)
      .filter(({ record }) => isUser(record, uid))
      .sort((a, b) => (a.record.path < b.record.path ? -1 : 1));
  }

  function refuseSecond(configPath: string, uid: number): void {
    const own = of(uid);
    if (own.some(({ record }) => record.configPath === configPath))
      throw refused('A session with this configuration profile is already running');
    if (own.filter(({ record }) => record.creator === uid).length >= MAX_SESSIONS_OF_A_USER)
      throw refused(`You have ${MAX_SESSIONS_OF_A_USER} sessions already; disconnect one first`);
  }

  // A bus lets one connection wait for 128 answers; what these leave is for calls to backends and the log service.
  const [lookUps, starts] = [createCallTurns(12), createCallTurns(8)];

  return {
    get: path => entries.get(path)?.session,
    of,
    async start(configPath, uid) {
      const due = performance.now() + ANSWER_MS;
      const left = () => Math.max(0, due - performance.now());
      refuseSecond(configPath, uid);
      // Those that had to wait for their turn have less.
      const configuration = await lookUps(() =>
        findConfiguration(bus, configPath, uid, Math.min(CONFIGURATION_MS, left())),
      );
      refuseSecond(configPath, uid);
      const path = `${SESSIONS_PATH}/${randomUUID().replaceAll('-', 's')}`;
      const session = enter(newRecord(path, configuration, uid, new Date()));
      const { owner } = session.record;
      if (owner !== uid)
        session.log('INFO', `Ownership changed from ${userName(uid)} to ${userName(owner)} on ${path}`);
      await starts(() => registrations.start(session, left())).catch(error => {
        void session.close('killed', errorText(error.message));
        throw error;
      });
      return path;
    },
    adopt(record, { backend, status }) {
      const session = enter(record, status);
      session.attach(backend);
      session.confirm();
      attached(session, backend);
      return session;
    },
    bury(record) {
      store.remove(record.path);
      announce(record.path, 'DESTROYED', record.owner);
    },
  };
}
