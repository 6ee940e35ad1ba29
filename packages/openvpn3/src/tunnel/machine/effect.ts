import type { Credentials, Secret } from '@ovpnkit/management';
import type { AttentionGroup, AttentionType } from '../../contract/attention.ts';
import type { LogCategoryName } from '../../contract/log.ts';
import type { Status } from '../../contract/status.ts';
import type { Refusal } from './refusal.ts';
import type { CallId, State } from './state.ts';

/** What is to be done, in the order given. */
export type Effect = BusEffect | DaemonEffect | { readonly type: 'count'; readonly counter: Counter };

/** What reaches the bus, and so never holds a secret. */
export type BusEffect =
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'log'; readonly category: LogCategoryName; readonly message: string }
  | {
      readonly type: 'attention';
      readonly attention: AttentionType;
      readonly group: AttentionGroup;
      readonly message: string;
    }
  /** Answers a call: with its error, or well. */
  | { readonly type: 'reply'; readonly call: CallId; readonly refusal?: Refusal }
  /** A `call-due` is wanted later. */
  | { readonly type: 'call-due'; readonly call: CallId; readonly afterMs: number }
  | { readonly type: 'release-name' }
  | { readonly type: 'exit' };

export type DaemonEffect =
  | { readonly type: 'start-daemon' }
  /** Lets it begin an attempt; with a delay, a `release-due` is wanted later instead. */
  | { readonly type: 'release'; readonly afterMs: number }
  /** It goes back to where it is held; one that cannot ends, so that another takes its place. */
  | { readonly type: 'restart-daemon' }
  /** SIGTERM, and what is stronger when that does not help. An `exited` follows. */
  | { readonly type: 'stop-daemon' }
  | { readonly type: 'answer'; readonly answer: Answer };

/** An answer to a question of the daemon. */
export type Answer =
  | { readonly type: 'credentials'; readonly name: string; readonly credentials: Credentials }
  | { readonly type: 'confirmation'; readonly name: string; readonly answer: 'ok' | 'cancel' }
  | { readonly type: 'challenge'; readonly response: Secret }
  | { readonly type: 'signature'; readonly signature: Secret };

/** What only the machine counts; the daemon's log tells the rest. */
export type Counter = 'N_PAUSE' | 'N_RECONNECT' | 'AUTH_FAILED' | 'CLIENT_HALT';

export type Step = readonly [state: State, effects: readonly Effect[]];

export const status = (
  minor: Status['minor'],
  message = '',
  major: Status['major'] = 'CONNECTION',
): BusEffect => ({ type: 'status', status: { major, minor, message } });

export const log = (category: LogCategoryName, message: string): BusEffect => ({
  type: 'log',
  category,
  message,
});

export const count = (counter: Counter): Effect => ({ type: 'count', counter });

export const reply = (call: CallId, refusal?: Refusal): BusEffect =>
  refusal === undefined ? { type: 'reply', call } : { type: 'reply', call, refusal };

/** Refuses a call in the domain of most refusals. */
export const refuse = (call: CallId, text: string): BusEffect => reply(call, { domain: 'client', text });
