import { findChallenges } from './challenge.ts';
import { findInParameter } from './command.ts';
import { findInLog, findInLogRow } from './log.ts';
import { findInNotification } from './notification.ts';
import { replaceSpans, type Span } from './span.ts';
import { findInVariable } from './variable.ts';

/** What stands in the place of a secret in a line. */
const hidden = '[REDACTED]';

const redact = (text: string, spans: readonly Span[]): string => replaceSpans(text, spans, () => hidden);

/** A notification as programs see it that may not see secrets: passwords, tokens, answers, addresses to sign in. */
export const redactNotification = (line: string): string => redact(line, findInNotification(line));

/**
 * A line of the daemon's log without its secrets, which at a high `verb` are nearly all there are: passwords, tokens,
 * answers, keys. In the place of each stands `[REDACTED]`.
 */
export const redactLog = (line: string): string => redact(line, findInLog(line));

/** A row of the daemon's answer to `log`. */
export const redactLogRow = (row: string): string => redact(row, findInLogRow(row));

/** Why credentials were refused, without the state of a challenge. */
export const redactReason = (reason: string): string => redact(reason, findChallenges(reason));

/** An assignment `name=value` of an environment. */
export const redactVariable = (variable: string): string => redact(variable, findInVariable(variable));

/** One word of a command without the secret that it may hold. */
export const redactParameter = (word: string): string => redact(word, findInParameter(word));
