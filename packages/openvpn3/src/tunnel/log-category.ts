import type { Event } from '@ovpnkit/management';
import type { LogCategoryName } from '../contract/log.ts';

/** Ours are the lines for users; the daemon's own are details, unless something is wrong. */
export function logCategory(severity: Extract<Event, { type: 'LOG' }>['severity']): LogCategoryName {
  switch (severity) {
    case 'fatal':
      return 'FATAL';
    case 'error':
      return 'ERROR';
    case 'warning':
      return 'WARN';
    case 'info':
      return 'VERB2';
    case 'debug':
    case undefined:
      return 'DEBUG';
  }
}
