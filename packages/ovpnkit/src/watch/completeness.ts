import type { Status } from '@ovpnkit/management';
import type { Happening } from './happening.ts';

/** That a status is cut is worth telling when it begins and when it is over, not at every look. */
export function tellCompleteness(before: Status | undefined, now: Status | undefined, at: Date): Happening[] {
  if (now === undefined || now.complete === (before?.complete ?? true)) return [];
  const text = now.complete ? 'the status is complete again' : `the status is not complete: ${now.problem}`;
  return [{ type: 'notice', at, text }];
}
