import { findInLog } from './log.ts';
import { findInNotification } from './notification.ts';
import type { Span } from './span.ts';

/** What the daemon repeats of a command that it does not take: it may be a secret in the wrong place. */
const repeated: readonly RegExp[] = [
  /^(ERROR: unknown command \[)(.*)(?=\], enter 'help')/,
  /^(ERROR: (?:password|username|needok|needstr) of type ')(.*)(?=' entered, but we need)/,
];

/**
 * The secrets in any line of the daemon, where it is not known what it answers: a notification, a row of the log, an
 * error. A row of a status in which somebody is called like a secret is taken for one.
 */
export function findInLine(line: string): Span[] {
  if (line.startsWith('>')) return findInNotification(line);
  for (const pattern of repeated) {
    const [, before = '', word] = pattern.exec(line) ?? [];
    if (word !== undefined) return [[before.length, before.length + word.length]];
  }
  return findInLog(line);
}
