import { type Bus, createProxy, type InterfaceProxy } from '@ovpnkit/dbus';
import type { Secret } from '@ovpnkit/management';
import { SESSIONS } from '../contract/names.ts';
import { Session as SessionInterface } from '../contract/sessions.ts';
import { parseStatus, type Status } from '../contract/status.ts';
import type { LogForwards } from './log-forwards.ts';
import { type EventOptions, type SessionEvent, sessionEvents } from './session-events.ts';
import { type Answers, provideUserInput, type UserInputNeed, userInputNeeds } from './user-input.ts';
import { isNoObject } from './when-exported.ts';

type SessionProxy = InterfaceProxy<typeof SessionInterface.definition>;

export type ConnectedTo = { readonly protocol: string; readonly address: string; readonly port: number };

/**
 * A session of the session manager. Everything rejects with a DBusError when the session is gone, or refuses, or is not
 * this user's; `errorText` gives the sentence of its message. Disposing disconnects.
 */
export type Session = AsyncDisposable & {
  readonly path: string;
  /** Any property of it by its name on the bus. */
  readonly get: SessionProxy['get'];
  readonly set: SessionProxy['set'];
  /** All properties that this user may read. */
  readonly properties: SessionProxy['getAll'];
  /** `undefined` when its codes are unknown here. */
  status(): Promise<Status | undefined>;
  /** The status as it is, then each change, until the session is gone. Codes that are unknown here are left out. */
  readonly statusChanges: AsyncIterable<Status>;
  /** The same with the lines of its log between. */
  events(options?: EventOptions): AsyncGenerator<SessionEvent, void, void>;
  /** Its open questions; none when it can connect. */
  needs(): Promise<UserInputNeed[]>;
  provide(need: UserInputNeed, answer: string | Secret): Promise<void>;
  /** Answers the open questions that these answers are for, by their names, and gives those that stay open. */
  answer(answers: Answers): Promise<UserInputNeed[]>;
  /** Resolves when it can connect. Rejects when questions are open; `isMissingInput` tells that from other errors. */
  ready(): Promise<void>;
  /** Begins to connect; `statusChanges` tells what becomes of it. */
  connect(): Promise<void>;
  pause(reason: string): Promise<void>;
  resume(): Promise<void>;
  restart(): Promise<void>;
  /** Ends the session. One that is gone already is no error. */
  disconnect(): Promise<void>;
  /** By their names; what has not happened is not there. */
  statistics(): Promise<Map<string, bigint>>;
  /** `undefined` while it is not connected. */
  connectedTo(): Promise<ConnectedTo | undefined>;
  grant(uid: number): Promise<void>;
  revoke(uid: number): Promise<void>;
};

export function createSession(bus: Bus, path: string, forwards: LogForwards): Session {
  const session = createProxy(bus, SessionInterface, { destination: SESSIONS, path });
  const { get, set, getAll: properties } = session;
  const needs = () => userInputNeeds(session);
  const events = (options?: EventOptions) => sessionEvents(bus, { ...session, path }, forwards, options);
  async function disconnect(): Promise<void> {
    try {
      await session.call('Disconnect', []);
    } catch (error) {
      if (!isNoObject(error)) throw error;
    }
  }
  return {
    path,
    get,
    set,
    properties,
    needs,
    events,
    disconnect,
    statusChanges: { [Symbol.asyncIterator]: () => statusesOf(events()) },
    status: async () => parseStatus(await get('status')),
    provide: (need, answer) => provideUserInput(session, need, answer),
    async answer(answers) {
      const open: UserInputNeed[] = [];
      for (const need of await needs()) {
        const answer = Object.hasOwn(answers, need.name) ? answers[need.name] : undefined;
        if (answer === undefined) open.push(need);
        else await provideUserInput(session, need, answer);
      }
      return open;
    },
    ready: () => session.call('Ready', []),
    connect: () => session.call('Connect', []),
    pause: reason => session.call('Pause', [reason]),
    resume: () => session.call('Resume', []),
    restart: () => session.call('Restart', []),
    statistics: () => get('statistics'),
    async connectedTo() {
      const [protocol, address, port] = await get('connected_to');
      return protocol === '' ? undefined : { protocol, address, port };
    },
    grant: uid => session.call('AccessGrant', [uid]),
    revoke: uid => session.call('AccessRevoke', [uid]),
    [Symbol.asyncDispose]: disconnect,
  };
}

async function* statusesOf(
  events: AsyncGenerator<SessionEvent, void, void>,
): AsyncGenerator<Status, void, void> {
  for await (const event of events) if (event.type === 'status') yield event.status;
}
