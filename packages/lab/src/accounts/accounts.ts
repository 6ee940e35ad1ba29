// The users of the accounts server, and what each of them is asked.
import { randomUUID } from 'node:crypto';
import {
  type AuthAnswer,
  type ClientAuthEvent,
  type Event,
  parseStaticChallengePassword,
  Secret,
} from '@ovpnkit/management';

export const accounts = {
  password: 'secret',
  /** The password of the user `utf8`. */
  utf8Password: 'sécrèt€',
  staticChallenge: 'Enter the PIN',
  pin: '424242',
  dynamicChallenge: 'Enter the OTP code',
  otp: '9876',
  pendingQuestion: 'Please type the pending code',
  pendingCode: '7777',
  url: 'https://sso.example.test/login?s=1',
  passphrase: 'keysecret',
  proxy: { username: 'proxyuser', password: 'proxysecret' },
  /** What the server pushes. */
  route: '10.240.8.0',
} as const;

/** That a user was let in or not; the user without a name has a certificate only. */
export type Decision = { readonly user: string; readonly allowed: boolean };

export type Reception = {
  /** In order. */
  readonly decisions: readonly Decision[];
  /** Answers what the server asks about its clients. */
  receive(event: Extract<Event, { type: 'CLIENT' }>): Promise<void>;
  /** Ends the visit to the web page of every user who is there, or of this one. */
  finishWebAuth(allowed: boolean, only?: string): Promise<void>;
};

const QUESTION_SECONDS = 60;

export function createReception(): Reception {
  const decisions: Decision[] = [];
  const visitors: { readonly user: string; readonly answer: AuthAnswer }[] = [];
  const challenges = new Set<string>();

  async function decide(user: string, answer: AuthAnswer, allowed: boolean): Promise<void> {
    decisions.push({ user, allowed });
    await (allowed ? answer.allow() : answer.deny(`${user} is refused`));
  }

  async function challenge(event: ClientAuthEvent, user: string): Promise<void> {
    const state = randomUUID();
    challenges.add(state);
    const name = Buffer.from(user).toString('base64');
    await event.deny('a challenge', `CRV1:R,E:${state}:${name}:${accounts.dynamicChallenge}`);
  }

  async function login(event: ClientAuthEvent): Promise<void> {
    const user = event.env.get('username') ?? '';
    const password = event.password?.reveal() ?? '';
    const [, state, otp] = /^CRV1::([^:]*)::(.*)$/s.exec(password) ?? [];
    if (user === '') return decide(user, event, true);
    if (user === 'utf8') return decide(user, event, password === accounts.utf8Password);
    if (user === 'alice') return decide(user, event, password === accounts.password || hasPin(password));
    if (state !== undefined) {
      return decide(user, event, challenges.delete(state) && otp === accounts.otp);
    }
    if (password !== accounts.password) return decide(user, event, false);
    switch (user) {
      case 'dyn':
        return challenge(event, user);
      case 'pend':
        return event.pending(
          { kind: 'CR_TEXT', text: accounts.pendingQuestion, echo: true },
          QUESTION_SECONDS,
        );
      case 'web':
      case 'open':
        visitors.push({ user, answer: event });
        return event.pending(
          { kind: user === 'web' ? 'WEB_AUTH' : 'OPEN_URL', url: accounts.url },
          QUESTION_SECONDS,
        );
      default:
        return decide(user, event, false);
    }
  }

  return {
    decisions,
    async receive(event) {
      if (event.kind === 'CONNECT' || event.kind === 'REAUTH') await login(event);
      if (event.kind === 'CR_RESPONSE') {
        await decide('pend', event, event.response.reveal() === accounts.pendingCode);
      }
    },
    async finishWebAuth(allowed, only) {
      const done = visitors.filter(({ user }) => only === undefined || user === only);
      for (const visitor of done) {
        visitors.splice(visitors.indexOf(visitor), 1);
        await decide(visitor.user, visitor.answer, allowed);
      }
    },
  };
}

function hasPin(text: string): boolean {
  const { password, answer } = parseStaticChallengePassword(new Secret(text)) ?? {};
  return password?.reveal() === accounts.password && answer?.reveal() === accounts.pin;
}
