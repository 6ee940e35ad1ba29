import { endOfMessage, findChallenges } from './challenge.ts';
import { findInLog, findInLogRow } from './log.ts';
import { moved, type Span } from './span.ts';
import { findInVariable } from './variable.ts';

/** The secrets in a line that the daemon sends on its own account, `>` included. */
export function findInNotification(line: string): Span[] {
  const colon = line.indexOf(':');
  const payload = line.slice(colon + 1);
  return moved(findInPayload(line.slice(1, Math.max(1, colon)), payload), colon + 1);
}

function findInPayload(type: string, payload: string): Span[] {
  switch (type) {
    case 'CLIENT':
    case 'UPDOWN':
      return findInEvent(payload);
    case 'PASSWORD':
      return payload.startsWith('Auth-Token:')
        ? [['Auth-Token:'.length, payload.length]]
        : findChallenges(payload);
    case 'INFOMSG':
      return findInInfoMessage(payload);
    // These are made of numbers, names and addresses; what looks like a secret in them is a name.
    case 'BYTECOUNT':
    case 'BYTECOUNT_CLI':
    case 'STATE':
    case 'HOLD':
    case 'PK_SIGN':
    case 'RSA_SIGN':
    case 'PKCS11ID-COUNT':
    case 'PKCS11ID-ENTRY':
    case 'REMOTE':
    case 'PROXY':
      return [];
    case 'LOG':
      return findInLogRow(payload);
    // Free text, and kinds that are not known here.
    default:
      return findInLog(payload);
  }
}

function findInEvent(payload: string): Span[] {
  const answer = /^CR_RESPONSE,(?:\d+,){0,2}/.exec(payload);
  if (answer) return [[answer[0].length, payload.length]];
  if (!payload.startsWith('ENV,')) return findChallenges(payload);
  return moved(findInVariable(payload.slice('ENV,'.length)), 'ENV,'.length);
}

/** The address of a page is a way in for whoever opens it first. Of a kind that is not known, addresses are hidden too. */
function findInInfoMessage(payload: string): Span[] {
  const known = /^(?:OPEN_URL:|WEB_AUTH:(?:[^:]*:)?)/.exec(payload);
  if (known) return [[known[0].length, payload.length]];
  const address = payload.startsWith('CR_TEXT:') ? -1 : payload.indexOf('://');
  if (address === -1) return findChallenges(payload);
  let start = address;
  while (start > 0 && /[\w+.-]/.test(payload.charAt(start - 1))) start--;
  return [[start, endOfMessage(payload, start)]];
}
