import type { Event, LogMessage, State, Status } from '@ovpnkit/management';

/** What the model learns from. */
export type Input =
  | { readonly type: 'event'; readonly event: Event }
  /** `undefined` from a daemon that waits in hold. Unless `everyone` is false, who is not in it is not there. */
  | { readonly type: 'status'; readonly status: Status | undefined; readonly everyone?: boolean }
  /** What a status file says, and when it was written. */
  | { readonly type: 'file'; readonly status: Status; readonly written: Date }
  /** The status file cannot be read. */
  | { readonly type: 'unreadable'; readonly problem: string }
  | { readonly type: 'release'; readonly release: string }
  /** What was before the watch began, oldest first. */
  | { readonly type: 'history'; readonly states: readonly State[]; readonly log: readonly LogMessage[] }
  /** The daemon did not answer in time. */
  | { readonly type: 'silence' }
  /** Time has passed. */
  | { readonly type: 'tick' }
  | { readonly type: 'remark'; readonly text: string };
