import { hideInNotification } from '../protocol/secrets/hide.ts';
import { redactLog } from '../protocol/secrets/redact.ts';
import type { Event } from './event.ts';

/**
 * An event as people may see it: passwords, tokens, answers, keys, and addresses to sign in are hidden. It is a copy to be
 * shown: a question in it cannot be answered.
 */
export function hideSecrets<T extends Event>(event: T): T;
export function hideSecrets(event: Event): Event {
  switch (event.type) {
    case 'down':
    case 'retry':
    case 'up':
    case 'snapshot':
    case 'dropped':
      return event;
    case 'handler-error':
      return { ...event, event: hideSecrets(event.event) };
    case 'PUSH_UPDATE':
      return { ...event, options: event.options.map(option => redactLog(option)) };
    default:
      return hideInNotification(event);
  }
}
