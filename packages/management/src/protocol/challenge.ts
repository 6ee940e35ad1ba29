// The challenges that travel inside a password. Base64 here is of UTF-8 bytes, as OpenVPN and its clients write it.
import { Secret } from './secret.ts';
import { decodeText, encodeText } from './text.ts';

/** A second question beside the user name and password, known before the first try: `static-challenge` in the profile. */
export type StaticChallenge = {
  readonly text: string;
  /** Whether the answer may be shown while it is typed. */
  readonly echo: boolean;
  /** The answer is to be appended to the password instead of encoded. Since OpenVPN 2.7. */
  readonly concat: boolean;
};

/** The text of `SC:flags,text` behind a password question: bit 0 echo, bit 1 concat. */
export function parseStaticChallenge(text: string): StaticChallenge | undefined {
  const [, digits, question = ''] = /^(\d+),(.*)$/s.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const flags = Number(digits);
  return { text: question, echo: (flags & 1) !== 0, concat: (flags & 2) !== 0 };
}

/** The password that carries the answer to a static challenge. */
export function staticChallengePassword(
  challenge: StaticChallenge,
  password: Secret,
  answer: Secret,
): Secret {
  if (challenge.concat) return new Secret(password.reveal() + answer.reveal());
  return new Secret(`SCRV1:${toBase64(password.reveal())}:${toBase64(answer.reveal())}`);
}

/** The reverse, for a server that receives it: `undefined` when the password carries no answer. */
export function parseStaticChallengePassword(
  password: Secret,
): { password: Secret; answer: Secret } | undefined {
  const [, first, second] = /^SCRV1:([A-Za-z0-9+/=]*):([A-Za-z0-9+/=]*)$/.exec(password.reveal()) ?? [];
  const [inner, answer] = [fromBase64(first), fromBase64(second)];
  return inner === undefined || answer === undefined
    ? undefined
    : { password: new Secret(inner), answer: new Secret(answer) };
}

/** A question that the server asks after the first try, in the reason of the failure. */
export type DynamicChallenge = {
  readonly text: string;
  /** Whether the answer may be shown while it is typed. */
  readonly echo: boolean;
  /** Whether an answer is expected at all; without it the text is a message. */
  readonly response: boolean;
  readonly stateId: string;
  readonly username: string;
};

/** `CRV1:flags:state:user in base64:text`. `undefined` for any other reason. */
export function parseDynamicChallenge(reason: string): DynamicChallenge | undefined {
  const [, flags = '', stateId = '', user, text = ''] =
    /^CRV1:([^:]*):([^:]*):([^:]*):(.*)$/s.exec(reason) ?? [];
  const username = fromBase64(user);
  if (username === undefined) return undefined;
  const set = flags.split(',');
  return { text, echo: set.includes('E'), response: set.includes('R'), stateId, username };
}

/** The password that answers a dynamic challenge; the user name is the challenge's. */
export function dynamicChallengePassword(challenge: DynamicChallenge, answer: Secret): Secret {
  return new Secret(`CRV1::${challenge.stateId}::${answer.reveal()}`);
}

/** Text as base64 of its UTF-8 bytes. */
export function toBase64(text: string): string {
  return btoa(Array.from(encodeText(text), byte => String.fromCharCode(byte)).join(''));
}

/** The inverse of {@link toBase64}; `undefined` when the text is not base64. */
export function fromBase64(text: string | undefined): string | undefined {
  if (text === undefined || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return decodeText(Uint8Array.from(atob(text), character => character.charCodeAt(0)));
}
