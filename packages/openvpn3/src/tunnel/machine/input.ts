import type { DynamicChallenge, Secret } from '@ovpnkit/management';
import type { AttentionGroup, AttentionType } from '../../contract/attention.ts';
import type { CallId, DaemonQuestion, Requirements } from './state.ts';

/** Everything that can happen to a tunnel. */
export type Input = Call | DaemonInput | TimeInput;

/** What the session manager calls. */
export type Call =
  /** RegistrationConfirmation, with the profile read. `answers`: what it brings itself, by names of the queue's entries. */
  | {
      readonly type: 'register';
      readonly call: CallId;
      readonly sessionPath: string;
      readonly configPath: string;
      readonly requirements: Requirements;
      readonly answers: ReadonlyMap<string, Secret>;
    }
  /** RegistrationConfirmation, with a profile that we refuse. */
  | {
      readonly type: 'refuse-profile';
      readonly call: CallId;
      readonly configPath: string;
      readonly text: string;
    }
  | { readonly type: 'Ready' | 'Connect' | 'Resume' | 'Restart'; readonly call: CallId }
  | { readonly type: 'Disconnect' | 'ForceShutdown'; readonly call: CallId }
  | { readonly type: 'Pause'; readonly call: CallId; readonly reason: string }
  | {
      readonly type: 'UserInputProvide';
      readonly call: CallId;
      readonly attention: AttentionType;
      readonly group: AttentionGroup;
      readonly id: number;
      readonly value: string;
    }
  /** The property `dco` was written: the daemon is started with it from now on. */
  | { readonly type: 'set-dco' };

/** What the daemon does. */
export type DaemonInput =
  /** It waits to be released. `wait`: the seconds that it would rather wait. */
  | { readonly type: 'held'; readonly wait: number }
  /** It ended before it was held, because of its configuration. */
  | { readonly type: 'configuration-refused'; readonly text: string }
  /** It could not be started, or not be reached. */
  | { readonly type: 'unavailable'; readonly text: string }
  /** A step on its way: `first answer` is the server's. */
  | { readonly type: 'progress'; readonly step: 'attempt' | 'waiting' | 'first answer' | 'configuration' }
  /** `name` is the session's, `summary` the text for the log. */
  | { readonly type: 'connected'; readonly name: string; readonly summary: string }
  /** The attempt or the connection is over, and it will try again. */
  | { readonly type: 'restarting'; readonly cause: Cause | undefined }
  | { readonly type: 'question'; readonly question: DaemonQuestion }
  /** The server gave a token, which takes the place of the password from now on. */
  | { readonly type: 'auth-token' }
  | { readonly type: 'authentication-failed'; readonly challenge: DynamicChallenge | undefined }
  /** A password other than the user's was wrong. */
  | { readonly type: 'password-refused'; readonly name: string }
  | { readonly type: 'open-url'; readonly url: string }
  | { readonly type: 'server-halt'; readonly text: string }
  /** Its last words. */
  | { readonly type: 'inactive' }
  /** It is gone. `text` says how. */
  | { readonly type: 'exited'; readonly text: string };

/** Why an attempt failed for good, although the daemon would try again. The text is the deployed program's. */
export type Cause = { readonly text: string };

export type TimeInput =
  /** The wait before an attempt is over. */
  | { readonly type: 'release-due' }
  /** A call has waited long enough. */
  | { readonly type: 'call-due'; readonly call: CallId }
  /** The session manager had long enough to confirm the registration. */
  | { readonly type: 'registration-due' }
  /** SIGTERM or SIGINT, or the bus is gone. */
  | { readonly type: 'terminate' };
