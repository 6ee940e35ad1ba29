import type { DynamicChallenge, StaticChallenge } from '@ovpnkit/management';
import type { Dialect } from '../../contract/dialect.ts';
import type { Status } from '../../contract/status.ts';
import type { UserInputQueue } from './user-input-queue.ts';

/** What a connection needs of the user. */
export type Requirements = {
  readonly userPassword: boolean;
  /** `concat`: the response goes right behind the password, which the daemon knows nothing of. */
  readonly staticChallenge:
    | { readonly text: string; readonly echo: boolean; readonly format: 'scrv1' | 'concat' }
    | undefined;
  readonly encryptedKey: boolean;
  /** Credentials of the HTTP proxy are known to be needed. A proxy may ask for them anyway. */
  readonly httpProxy: boolean;
  /** For which names the tunnel's name servers are used; only told here. */
  readonly dnsScope: 'global' | 'tunnel';
};

/** A call of the bus that waits for its reply. */
export type CallId = number;

export type Phase =
  /** The session manager has not confirmed yet. */
  | { readonly type: 'unregistered' }
  /** The daemon is started, to see whether it takes the profile. */
  | { readonly type: 'registering'; readonly call: CallId; readonly sessionPath: string }
  /** Ready to connect, or waiting for answers that a connection needs. */
  | { readonly type: 'registered' }
  | Attempt
  | { readonly type: 'connected' }
  /** The daemon waits for an answer of the user, and goes on by itself when it has it. */
  | { readonly type: 'asking'; readonly question: DaemonQuestion; readonly back: Attempt }
  /** The server or the key refused what the user gave; Connect tries again with what is in the queue. */
  | { readonly type: 'refused' }
  /** The server asks once more; Connect goes on with the answer. To other calls there is no tunnel now. */
  | { readonly type: 'challenged'; readonly challenge: DynamicChallenge }
  /** There is no tunnel and no daemon. Connect begins anew. */
  | { readonly type: 'failed' }
  /** Waits for the daemon to end. */
  | { readonly type: 'stopping'; readonly how: Ending; readonly calls: readonly CallId[] }
  | { readonly type: 'done' };

export type Attempt =
  /** On the way to the first connection. `url`: the user logs in on a web page meanwhile. */
  | { readonly type: 'connecting'; readonly url: boolean }
  /**
   * There was a connection. `announced`: that another is under way was told. `waiting`: calls of Connect, which are
   * answered when it is known how it went.
   */
  | {
      readonly type: 'reconnecting';
      readonly announced: boolean;
      readonly url: boolean;
      readonly waiting: readonly CallId[];
    };

/** The attempt that begins anew after this one, or after this connection. */
export function nextAttempt(phase: Attempt | { readonly type: 'connected' }, announced: boolean): Attempt {
  switch (phase.type) {
    case 'connecting':
      return { type: 'connecting', url: false };
    case 'reconnecting':
      return { ...phase, announced, url: false };
    case 'connected':
      return { type: 'reconnecting', announced, url: false, waiting: [] };
  }
}

/** What the daemon asks, of what it may ask at any time. */
export type DaemonQuestion =
  /** `name` as in `>PASSWORD:Need 'Auth'`: Auth, Private Key, HTTP Proxy, SOCKS Proxy, or `LABEL token`. */
  | {
      readonly type: 'password';
      readonly name: string;
      readonly staticChallenge: StaticChallenge | undefined;
    }
  | { readonly type: 'confirmation'; readonly name: string; readonly text: string }
  | { readonly type: 'challenge'; readonly text: string; readonly echo: boolean }
  | { readonly type: 'signature'; readonly data: string; readonly algorithm: string };

/**
 * What is still to be told when the daemon has ended. `active`: there was a connection or a try at one. After a
 * `shutdown` the calls have their replies already, and the bus name was given up.
 */
export type Ending = { readonly type: 'disconnect' | 'shutdown'; readonly active: boolean };

export type State = {
  readonly dialect: Dialect;
  readonly token: string;
  readonly phase: Phase;
  /** Empty until registered. */
  readonly configPath: string;
  readonly requirements: Requirements;
  readonly paused: boolean;
  /**
   * The daemon: it is `held` before every attempt until we release it, and `running` in between. `returning`: we sent it
   * back to where it is held. `ending`: it was told to end, and a new one can only be started after that.
   */
  readonly daemon: 'none' | 'starting' | 'held' | 'running' | 'returning' | 'ending';
  /** Whether the next attempt begins at once, however long the daemon would rather wait. */
  readonly eager: boolean;
  /** What the bus knows as the property `status`. */
  readonly status: Status;
  readonly queue: UserInputQueue;
  /** The dynamic challenge that the next question for credentials is answered with. */
  readonly challenge: DynamicChallenge | undefined;
  /** Whether the daemon logs in with a token of the server in place of the password. */
  readonly authToken: boolean;
};

export const initialState = (token: string, dialect: Dialect): State => ({
  dialect,
  token,
  phase: { type: 'unregistered' },
  configPath: '',
  requirements: {
    userPassword: false,
    staticChallenge: undefined,
    encryptedKey: false,
    httpProxy: false,
    dnsScope: 'global',
  },
  paused: false,
  daemon: 'none',
  eager: true,
  status: { major: 'UNSET', minor: 'UNSET', message: '' },
  queue: [],
  challenge: undefined,
  authToken: false,
});

/** Whether there is a tunnel object, as front ends see it: what Pause, Resume and Restart need. */
export function hasTunnel({ type }: Phase): boolean {
  switch (type) {
    case 'registered':
    case 'connecting':
    case 'connected':
    case 'reconnecting':
    case 'asking':
    case 'refused':
      return true;
    case 'unregistered':
    case 'registering':
    case 'challenged':
    case 'failed':
    case 'stopping':
    case 'done':
      return false;
  }
}

/** Whether there is a connection or a try at one. */
export function isActive({ type }: Phase): boolean {
  switch (type) {
    case 'connecting':
    case 'connected':
    case 'reconnecting':
    case 'asking':
      return true;
    case 'unregistered':
    case 'registering':
    case 'registered':
    case 'refused':
    case 'challenged':
    case 'failed':
    case 'stopping':
    case 'done':
      return false;
  }
}
