import type { AuthAnswer } from '../commands/client-auth.ts';
import type { ConnectionError } from '../errors.ts';
import type { ClientAuthRequest, ClientNotification } from '../protocol/client-event.ts';
import type { Notification } from '../protocol/notification.ts';
import type { State } from '../protocol/state.ts';
import type { Status } from '../protocol/status.ts';

type CrResponse = ClientNotification & { readonly kind: 'CR_RESPONSE' };
type Plain = Exclude<Notification, ClientAuthRequest | CrResponse>;

/** A client that waits to be let in, with the means to answer it. */
export type ClientAuthEvent = ClientAuthRequest & AuthAnswer;

/**
 * The server has changed the options of this client's tunnel, as `route 10.1.0.0 255.255.0.0` or `-dns`. The daemon tells
 * it in its log alone, so this comes behind a LOG event while `log('on')`, at `verb(3)` or more. Since OpenVPN 2.7.
 */
export type PushUpdate = { readonly type: 'PUSH_UPDATE'; readonly options: readonly string[] };

/** Everything that happens: a line of the daemon, or one of the events of the connection itself (in lower case). */
export type Event = Plain | PushUpdate | ClientAuthEvent | (CrResponse & AuthAnswer) | ConnectionEvent;

export type ConnectionEvent =
  /** The daemon is gone, or the way to it. With `reconnect` only: without it the connection is finished. */
  | { readonly type: 'down'; readonly error: ConnectionError }
  /** A try to reach it again failed; there will be another. `attempt` counts from 1 after each `down`. */
  | { readonly type: 'retry'; readonly attempt: number; readonly error: Error }
  /** A daemon greets again: what comes from now on is of the new connection. */
  | { readonly type: 'up' }
  /**
   * What had been switched on (version, state, log, echo, bytecount, env-filter) is on again, and this is what is true
   * now, so that nobody works on with what was true before. A `pid` unlike the last one is a new daemon: its clients
   * start again at CID 0. `status` is `undefined` while the daemon is held, and when it gave none; it may be incomplete.
   */
  | {
      readonly type: 'snapshot';
      readonly pid: number;
      readonly state: State;
      readonly status: Status | undefined;
    }
  /** This consumer was too slow, and so many of its events were dropped, where this event stands. */
  | { readonly type: 'dropped'; readonly count: number }
  /** A handler threw or rejected. Without a handler of this kind it is an uncaught exception, as anywhere in Node. */
  | { readonly type: 'handler-error'; readonly error: unknown; readonly event: Event };

/** The names that `on` and `once` take. */
export type EventType = Event['type'];

/** The events of one name. */
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;
