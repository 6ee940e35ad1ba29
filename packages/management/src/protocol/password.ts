import {
  type DynamicChallenge,
  parseDynamicChallenge,
  parseStaticChallenge,
  type StaticChallenge,
} from './challenge.ts';
import { Secret } from './secret.ts';

/**
 * A `>PASSWORD:` notification. `name` is what the credentials are for: `Auth`, `Private Key`, `HTTP Proxy`,
 * `SOCKS Proxy` or `<label> token`, and it is the first argument of the `username` and `password` that answer.
 */
export type PasswordNotification =
  | {
      readonly type: 'PASSWORD';
      readonly kind: 'need';
      readonly name: string;
      /** What is asked for. `username` alone: since OpenVPN 2.7.1, for clients that announced version 4. */
      readonly needs: 'username/password' | 'password' | 'username';
      readonly staticChallenge: StaticChallenge | undefined;
    }
  | {
      readonly type: 'PASSWORD';
      readonly kind: 'failed';
      readonly name: string;
      /** The server's reason as it came; `undefined` when it gave none. */
      readonly reason: string | undefined;
      readonly dynamicChallenge: DynamicChallenge | undefined;
      readonly temporary: TemporaryFailure | undefined;
    }
  | { readonly type: 'PASSWORD'; readonly kind: 'auth-token'; readonly token: Secret };

/** `TEMP[backoff 3,advance no]:text`: the server cannot decide now; the client keeps its credentials and tries again. */
export type TemporaryFailure = {
  readonly text: string;
  /** Seconds to wait before the next try. */
  readonly backoff: number | undefined;
  /** Which server is next: the `addr`ess, the `remote`, or `no` other. */
  readonly advance: string | undefined;
};

/** The payload behind `>PASSWORD:`. `undefined` when it is none of the known forms. */
export function parsePassword(payload: string): PasswordNotification | undefined {
  if (payload.startsWith('Need ')) return parseNeed(payload);
  if (payload.startsWith('Verification Failed: ')) return parseFailed(payload);
  if (!payload.startsWith('Auth-Token:')) return undefined;
  return { type: 'PASSWORD', kind: 'auth-token', token: new Secret(payload.slice('Auth-Token:'.length)) };
}

function parseNeed(payload: string): PasswordNotification | undefined {
  const [, name, needs, challenge] =
    /^Need '(.*?)' (username\/password|password|username)(?: SC:(.*))?$/s.exec(payload) ?? [];
  if (name === undefined || (needs !== 'username/password' && needs !== 'password' && needs !== 'username')) {
    return undefined;
  }
  const staticChallenge = challenge === undefined ? undefined : parseStaticChallenge(challenge);
  return { type: 'PASSWORD', kind: 'need', name, needs, staticChallenge };
}

function parseFailed(payload: string): PasswordNotification | undefined {
  // The reason may itself hold quotes: it goes from the first [' to the last '].
  const [, name, reason] = /^Verification Failed: '(.*?)'(?: \['(.*)'\])?$/s.exec(payload) ?? [];
  if (name === undefined) return undefined;
  const dynamicChallenge = reason === undefined ? undefined : parseDynamicChallenge(reason);
  const temporary = reason === undefined ? undefined : parseTemporary(reason);
  return { type: 'PASSWORD', kind: 'failed', name, reason, dynamicChallenge, temporary };
}

function parseTemporary(reason: string): TemporaryFailure | undefined {
  const [, flags = '', text = ''] = /^TEMP(?:\[([^\]]*)\])?(?::(.*))?$/s.exec(reason) ?? [];
  if (!reason.startsWith('TEMP')) return undefined;
  const backoff = /(?:^|,)backoff (\d{1,9})/.exec(flags)?.[1];
  return {
    text,
    backoff: backoff === undefined ? undefined : Number(backoff),
    advance: /(?:^|,)advance (\w+)/.exec(flags)?.[1],
  };
}
