import { readCid, readKid } from './daemon-number.ts';
import type { OpenQuestion } from './open-question.ts';

/** What of the daemon decides which commands have a body. */
export type BodyFacts = {
  /** `client-pf`, which 2.6 no longer knows. */
  readonly takesClientPf: boolean;
  /** A password as base64 in a body: 2.7.2 and later, once a client has announced version 5. */
  readonly takesLongPasswords: boolean;
};

/**
 * Whether the daemon takes the lines behind this command for its body. It must not be guessed: a body that the daemon
 * does not take runs as commands, and a daemon that waits for a body swallows commands.
 */
export function takesBody(words: readonly string[], question: OpenQuestion, facts: BodyFacts): boolean {
  const [verb = '', first = '', second = ''] = words;
  switch (verb) {
    case 'client-auth':
      return readCid(first) !== undefined && readKid(second) !== undefined;
    case 'client-pf':
      return facts.takesClientPf && readCid(first) !== undefined;
    case 'pk-sig':
    case 'rsa-sig':
    case 'certificate':
      return question.awaits(verb);
    case 'password':
      return words.length === 2 && facts.takesLongPasswords && asksPassword(question, first);
    default:
      return false;
  }
}

function asksPassword(question: OpenQuestion, type: string): boolean {
  return question.awaits('password') && question.line?.startsWith(`>PASSWORD:Need '${type}' `) === true;
}
