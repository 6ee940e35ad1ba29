import { count, log, type Step, status } from './effect.ts';
import type { DaemonInput } from './input.ts';
import { announce, askAgain, dynamicChallenge } from './questions.ts';
import type { State } from './state.ts';
import { ask, forget, type Question } from './user-input-queue.ts';

/** The server does not let the user in, or asks once more. Connect tries again with what is in the queue then. */
export function authenticationFailed(
  state: State,
  challenge: Extract<DaemonInput, { type: 'authentication-failed' }>['challenge'],
): Step {
  if (challenge?.response) {
    const question = dynamicChallenge(challenge.text, challenge.echo);
    return [
      {
        ...state,
        paused: false,
        queue: ask(state.queue, [question]),
        phase: { type: 'challenged', challenge },
      },
      announce([question]),
    ];
  }
  const questions = askAgain(state.queue, 'USER_PASSWORD', state.requirements);
  return [
    { ...refused(state, questions), challenge: undefined },
    [
      count('AUTH_FAILED'),
      log('VERB1', 'Authentication failed'),
      status('CONN_AUTH_FAILED', 'Authentication failed'),
      // Only the signal: who polls the status is to see what happened.
      ...announce(questions).filter(({ type }) => type === 'attention'),
    ],
  ];
}

/** A password that is not for the server was wrong. */
export function passwordRefused(state: State, name: string): Step {
  switch (name) {
    case 'Private Key':
      return keyRefused(state);
    case 'HTTP Proxy': {
      const questions = askAgain(state.queue, 'HTTP_PROXY_CREDS', state.requirements);
      return [
        { ...refused(state, questions), daemon: 'ending' },
        [
          log(
            'ERROR',
            'The HTTP proxy refused the user name and the password; provide others and connect again',
          ),
          ...announce(questions),
          { type: 'stop-daemon' },
        ],
      ];
    }
    case 'SOCKS Proxy':
      return [
        { ...state, queue: forget(state.queue, 'HTTP_PROXY_CREDS') },
        [log('WARN', `The ${name} refused the credentials`)],
      ];
    default:
      return [state, [log('WARN', `The ${name} refused its PIN`)]];
  }
}

/** As the deployed program has it, that is the end of the connection; with another answer, Connect tries again. */
function keyRefused(state: State): Step {
  const text = 'The passphrase does not open the private key; provide another and connect again';
  const questions = askAgain(state.queue, 'PK_PASSPHRASE', state.requirements);
  return [
    refused(state, questions),
    [
      log('ERROR', `Connection failed: ${text}`),
      status('CONN_FAILED', text),
      ...announce(questions).filter(({ type }) => type === 'attention'),
    ],
  ];
}

/** Another answer is wanted, and nothing goes on until Connect. */
const refused = (state: State, questions: readonly Question[]): State => ({
  ...state,
  paused: false,
  queue: ask(state.queue, questions),
  phase: { type: 'refused' },
});
