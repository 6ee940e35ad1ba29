import type { Event } from '@ovpnkit/management';
import type { DaemonInput } from './machine/input.ts';

/**
 * What an event of the daemon means to a tunnel; `undefined` when nothing. CONNECTED is not among them, because it takes
 * more than the event to tell it. `cause`: what the log of this attempt said that no further attempt will mend.
 */
export function daemonInput(event: Event, cause: string | undefined): DaemonInput | undefined {
  switch (event.type) {
    case 'HOLD':
      return { type: 'held', wait: event.wait ?? 0 };
    case 'STATE':
      return stateInput(event.name, event.description, cause);
    case 'PASSWORD':
      switch (event.kind) {
        case 'need':
          return {
            type: 'question',
            question: { type: 'password', name: event.name, staticChallenge: event.staticChallenge },
          };
        case 'failed':
          // The server could not decide; the daemon keeps the credentials and tries again.
          if (event.temporary) return undefined;
          if (event.name !== 'Auth') return { type: 'password-refused', name: event.name };
          return { type: 'authentication-failed', challenge: event.dynamicChallenge };
        case 'auth-token':
          return { type: 'auth-token' };
      }
      break;
    case 'INFOMSG':
      switch (event.kind) {
        case 'WEB_AUTH':
        case 'OPEN_URL':
          return { type: 'open-url', url: event.url };
        case 'CR_TEXT':
          if (!event.response) return undefined;
          return { type: 'question', question: { type: 'challenge', text: event.text, echo: event.echo } };
        case 'unknown':
          return undefined;
      }
      break;
    case 'NEED-OK':
      return { type: 'question', question: { type: 'confirmation', name: event.name, text: event.text } };
    case 'PK_SIGN':
      return {
        type: 'question',
        question: { type: 'signature', data: event.data, algorithm: event.algorithm ?? 'RSA_PKCS1_PADDING' },
      };
    case 'NOTIFY':
      if (event.kind !== 'server-pushed-halt') return undefined;
      return { type: 'server-halt', text: event.text };
    default:
      return undefined;
  }
}

function stateInput(name: string, description: string, cause: string | undefined): DaemonInput | undefined {
  switch (name) {
    case 'CONNECTING':
      return { type: 'progress', step: 'attempt' };
    case 'WAIT':
      return { type: 'progress', step: 'waiting' };
    case 'AUTH':
      return { type: 'progress', step: 'first answer' };
    case 'GET_CONFIG':
      return { type: 'progress', step: 'configuration' };
    case 'RECONNECTING':
      return { type: 'restarting', cause: cause === undefined ? undefined : { text: cause } };
    case 'EXITING':
      return description === 'inactive' ? { type: 'inactive' } : undefined;
    default:
      return undefined;
  }
}
