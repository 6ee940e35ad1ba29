import { Secret } from '@ovpnkit/management';
import type { AttentionGroup } from '../../contract/attention.ts';
import { type Answer, type BusEffect, type Step, status } from './effect.ts';
import { type Attempt, type DaemonQuestion, initialState, type Requirements, type State } from './state.ts';
import { answerTo, ask, forget, type Question, type UserInputQueue } from './user-input-queue.ts';

const entry = (group: AttentionGroup, name: string, description: string, hidden: boolean): Question => ({
  type: 'CREDENTIALS',
  group,
  name,
  description,
  hidden,
});

const userPassword = [
  entry('USER_PASSWORD', 'username', 'Auth User name', false),
  entry('USER_PASSWORD', 'password', 'Auth Password', true),
];
const passphrase = entry('PK_PASSPHRASE', 'pk_passphrase', 'Private key passphrase', true);

const proxyCredentials = [
  entry('HTTP_PROXY_CREDS', 'http_proxy_user', 'HTTP proxy user name', false),
  entry('HTTP_PROXY_CREDS', 'http_proxy_pass', 'HTTP proxy password', true),
];

/** What is asked before the first connection, in this order. */
export function firstQuestions(requirements: Requirements): Question[] {
  const { staticChallenge } = requirements;
  return [
    ...(requirements.userPassword ? userPassword : []),
    ...(staticChallenge
      ? [entry('CHALLENGE_STATIC', 'static_challenge', staticChallenge.text, !staticChallenge.echo)]
      : []),
    ...(requirements.encryptedKey ? [passphrase] : []),
    ...(requirements.httpProxy ? proxyCredentials : []),
  ];
}

/** Tells that entries of the queue wait for the user, as front ends expect it for each group. */
export function announce(questions: readonly Question[]): BusEffect[] {
  const told = new Set<AttentionGroup>();
  return questions.flatMap(question => {
    const { type, group } = question;
    // The static challenge is asked together with the password.
    if (told.has(group) || (group === 'CHALLENGE_STATIC' && told.has('USER_PASSWORD'))) return [];
    told.add(group);
    const [attention, text] = announcement(question);
    return [
      { type: 'attention', attention: type, group, message: attention },
      status('CFG_REQUIRE_USER', text),
    ];
  });
}

/** The texts of AttentionRequired and of the StatusChange beside it. */
function announcement({ group, name, description }: Question): [attention: string, status: string] {
  switch (group) {
    case 'USER_PASSWORD':
      return [NEED_CREDENTIALS, NEED_CREDENTIALS];
    case 'HTTP_PROXY_CREDS':
      return ['', 'HTTP proxy credentials'];
    case 'CHALLENGE_DYNAMIC':
      return [description, 'Dynamic Challenge'];
    case 'PKCS11_SIGN':
      return ['Signature needed', 'Signature needed'];
    case 'PK_PASSPHRASE':
      if (name !== passphrase.name) return [description, description];
      return ['Private key passphrase needed', 'Private key passphrase needed to connect'];
    case 'UNSET':
    case 'CHALLENGE_STATIC':
    case 'CHALLENGE_AUTH_PENDING':
    case 'PKCS11_DECRYPT':
    case 'OPEN_URL':
      return [description, description];
  }
}

const NEED_CREDENTIALS = 'Username/password credentials needed';

/** The entry of a dynamic challenge. */
export const dynamicChallenge = (text: string, echo: boolean): Question =>
  entry('CHALLENGE_DYNAMIC', 'dynamic_challenge', text, !echo);

/** The answer to a question of the daemon, when the queue has it already, and the state after it was given. */
export function findAnswer(state: State, question: DaemonQuestion): [State, Answer] | undefined {
  const { queue } = state;
  switch (question.type) {
    case 'password':
      return findPassword(state, question);
    case 'confirmation': {
      const given = answerTo(queue, CONFIRMATION)?.reveal();
      if (given === undefined) return undefined;
      const answer = given.toLowerCase() === 'cancel' ? 'cancel' : 'ok';
      return [once(state, 'PK_PASSPHRASE'), { type: 'confirmation', name: question.name, answer }];
    }
    case 'challenge': {
      const response = answerTo(queue, PENDING);
      return response && [once(state, 'CHALLENGE_AUTH_PENDING'), { type: 'challenge', response }];
    }
    case 'signature': {
      const signature = queue.find(({ group }) => group === 'PKCS11_SIGN')?.value;
      return signature && [once(state, 'PKCS11_SIGN'), { type: 'signature', signature }];
    }
  }
}

const [CONFIRMATION, PENDING, PIN] = ['token_insertion', 'auth_pending', 'pkcs11_pin'];
/** The algorithm follows, for there is no other place for it. */
const SIGNATURE = 'pkcs11_sign:';

/** The queue without what a daemon asked at a moment that is over: nobody waits for the answer, and the next question is another. */
export const forgetMoment = (queue: UserInputQueue): UserInputQueue =>
  queue.filter(({ name }) => ![CONFIRMATION, PENDING, PIN].includes(name) && !name.startsWith(SIGNATURE));

/** A daemon asks anew for what was used up: an answer that is given twice may lock a token. */
const once = (state: State, group: AttentionGroup): State => ({
  ...state,
  queue: forget(state.queue, group),
});

function findPassword(
  state: State,
  { name, staticChallenge }: Extract<DaemonQuestion, { type: 'password' }>,
): [State, Answer] | undefined {
  const { queue, challenge } = state;
  const answer = (credentials: Extract<Answer, { type: 'credentials' }>['credentials']): Answer => ({
    type: 'credentials',
    name,
    credentials,
  });
  const value = (key: string): Secret | undefined => answerTo(queue, key);
  switch (name) {
    case 'Auth': {
      const response = value('dynamic_challenge');
      if (challenge && response) {
        const next = { ...state, challenge: undefined, queue: forget(queue, 'CHALLENGE_DYNAMIC') };
        return [next, answer({ password: '', challenge, answer: response })];
      }
      const [username, password, pin] = [value('username'), value('password'), value('static_challenge')];
      if (!username || !password || (staticChallenge && !pin)) return undefined;
      const user = username.reveal();
      if (staticChallenge && pin)
        return [state, answer({ username: user, password, challenge: staticChallenge, answer: pin })];
      if (pin && state.requirements.staticChallenge?.format === 'concat') {
        return [state, answer({ username: user, password: new Secret(password.reveal() + pin.reveal()) })];
      }
      return [state, answer({ username: user, password })];
    }
    case 'Private Key': {
      const password = value(passphrase.name);
      return password && [state, answer({ password })];
    }
    case 'HTTP Proxy':
    case 'SOCKS Proxy': {
      const [username, password] = [value('http_proxy_user'), value('http_proxy_pass')];
      return username && password && [state, answer({ username: username.reveal(), password })];
    }
    default: {
      const password = value(PIN);
      return password && [once(state, 'PK_PASSPHRASE'), answer({ password })];
    }
  }
}

/** Asks the user what the daemon asks. */
export function askUser(state: State, question: DaemonQuestion, back: Attempt): Step {
  const questions = questionsFor(question);
  const next: State = {
    ...state,
    queue: ask(forgetMoment(state.queue), questions),
    phase: { type: 'asking', question, back },
  };
  return [next, announce(questions)];
}

const nothing = initialState('', 'v27').requirements;

function questionsFor(question: DaemonQuestion): Question[] {
  switch (question.type) {
    case 'confirmation':
      return [entry('PK_PASSPHRASE', CONFIRMATION, question.text, false)];
    case 'challenge':
      return [entry('CHALLENGE_AUTH_PENDING', PENDING, question.text, !question.echo)];
    case 'signature': {
      const name = `${SIGNATURE}${question.algorithm}`;
      return [{ ...entry('PKCS11_SIGN', name, question.data, false), type: 'PKCS11' }];
    }
    case 'password':
      switch (question.name) {
        case 'Auth': {
          const asked = question.staticChallenge;
          const staticChallenge = asked && { ...asked, format: 'scrv1' as const };
          return firstQuestions({ ...nothing, userPassword: true, staticChallenge });
        }
        case 'Private Key':
          return [passphrase];
        case 'HTTP Proxy':
        case 'SOCKS Proxy':
          return proxyCredentials;
        default:
          return [entry('PK_PASSPHRASE', PIN, `PIN of the ${question.name}`, true)];
      }
  }
}

/** Asks again for what the server refused. `undefined` when nothing had been asked. */
export function askAgain(
  queue: UserInputQueue,
  group: AttentionGroup,
  requirements: Requirements,
): Question[] {
  switch (group) {
    case 'USER_PASSWORD':
      if (!queue.some(each => each.group === group)) return [];
      return firstQuestions({ ...requirements, userPassword: true, encryptedKey: false, httpProxy: false });
    case 'PK_PASSPHRASE':
      return [passphrase];
    case 'HTTP_PROXY_CREDS':
      return proxyCredentials;
    default:
      return [];
  }
}
