import type { InfoMessage } from '../info-message.ts';
import type { LogMessage } from '../log.ts';
import type { Notification } from '../notification.ts';
import { redactLog, redactNotification, redactReason, redactVariable } from './redact.ts';
import { isSecretVariable } from './variable.ts';

/** What stands in the place of a value that is a secret, as for a `Secret`. */
const hidden = '[secret]';

/** A line of the log with the secrets of its text hidden. */
export function hideInLog<T extends LogMessage>(message: T): T {
  return { ...message, text: redactLog(message.text) };
}

/** Variables with the secrets of their values hidden; anything else that is a map stays as it is. */
export function hideInVariables<V>(variables: ReadonlyMap<string, V>): ReadonlyMap<string, V | string> {
  return new Map(
    Array.from(variables, ([name, value]) => [
      name,
      typeof value === 'string' ? hideInVariable(name, value) : value,
    ]),
  );
}

const hideInVariable = (name: string, value: string): string =>
  isSecretVariable(name) ? hidden : redactVariable(`${name}=${value}`).slice(name.length + 1);

/** A notification as people may see it. */
export function hideInNotification<T extends Notification>(notification: T): T;
export function hideInNotification(notification: Notification): Notification {
  switch (notification.type) {
    case 'LOG':
      return hideInLog(notification);
    case 'FATAL':
    case 'ECHO':
    case 'NOTIFY':
      return { ...notification, text: redactLog(notification.text) };
    case 'INFOMSG':
      return hideInInfoMessage(notification);
    case 'PASSWORD':
      if (notification.kind !== 'failed' || notification.reason === undefined) return notification;
      return {
        ...notification,
        reason: redactReason(notification.reason),
        dynamicChallenge: notification.dynamicChallenge && {
          ...notification.dynamicChallenge,
          stateId: hidden,
        },
      };
    case 'CLIENT':
      return 'env' in notification
        ? { ...notification, env: hideInVariables(notification.env) }
        : notification;
    case 'UPDOWN':
      return { ...notification, env: hideInVariables(notification.env) };
    case 'unknown':
    case 'malformed':
      return { ...notification, line: redactNotification(notification.line) };
    case 'INFO':
    case 'BYTECOUNT':
    case 'BYTECOUNT_CLI':
    case 'HOLD':
    case 'NEED-OK':
    case 'NEED-STR':
    case 'NEED-CERTIFICATE':
    case 'PKCS11ID-COUNT':
    case 'PKCS11ID-ENTRY':
    case 'PK_SIGN':
    case 'RSA_SIGN':
    case 'PROXY':
    case 'REMOTE':
    case 'STATE':
      return notification;
  }
}

function hideInInfoMessage(message: InfoMessage): InfoMessage {
  switch (message.kind) {
    case 'WEB_AUTH':
    case 'OPEN_URL':
      return { ...message, url: hidden };
    case 'CR_TEXT':
      return message;
    case 'unknown': {
      const line = redactNotification(`>INFOMSG:${message.text}`);
      return { ...message, text: line.slice('>INFOMSG:'.length) };
    }
  }
}
