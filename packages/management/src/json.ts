import type { LogMessage } from './protocol/log.ts';
import type { Notification } from './protocol/notification.ts';
import { hideInLog, hideInNotification, hideInVariables } from './protocol/secrets/hide.ts';

/** What a terminal may take for more than text, but for the line feeds that JSON is laid out with: inside strings they are escaped. */
const unsafe = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Any value of the library as JSON, the form that `ovpnkit events`, `status --json` and so on print. Secrets are hidden:
 * those of a line stand as `[REDACTED]`, a whole value, such as a `Secret`, as `[secret]`. A bigint is a number as long as a
 * number holds it exactly, else a string; a Date is ISO 8601 in UTC; addresses are text; a Map is an object; what is
 * `undefined` or a function is left out. The text is safe on a terminal without being another value. `indent` as for
 * `JSON.stringify`.
 */
export function formatJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, (_, inner: unknown) => plain(inner), indent);
  return text.replace(unsafe, escapeUnits);
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return isExact(value) ? Number(value) : String(value);
  if (value instanceof Map) return Object.fromEntries(hideInVariables(value));
  if (value instanceof Error) return { ...value, name: value.name, message: value.message };
  if (isNotification(value)) return hideInNotification(value);
  return isLogMessage(value) ? hideInLog(value) : value;
}

/** What a notification that may hold a secret has beside its type; it may be part of a larger event. */
const telling: Readonly<Record<string, (value: Readonly<Record<string, unknown>>) => boolean>> = {
  LOG: ({ text }) => typeof text === 'string',
  FATAL: ({ text }) => typeof text === 'string',
  ECHO: ({ text }) => typeof text === 'string',
  NOTIFY: ({ text }) => typeof text === 'string',
  INFOMSG: ({ kind, text, url }) => typeof kind === 'string' && typeof (text ?? url) === 'string',
  PASSWORD: ({ kind, reason }) => kind === 'failed' && typeof reason === 'string',
  CLIENT: ({ env }) => env instanceof Map,
  UPDOWN: ({ env }) => env instanceof Map,
  unknown: ({ line }) => typeof line === 'string',
  malformed: ({ line }) => typeof line === 'string',
};

function isNotification(value: unknown): value is Notification {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type } = value;
  return typeof type === 'string' && Object.hasOwn(telling, type) && telling[type]?.({ ...value }) === true;
}

/** A row of the log, which has no type. */
function isLogMessage(value: unknown): value is LogMessage {
  if (typeof value !== 'object' || value === null) return false;
  return 'flags' in value && 'severity' in value && 'text' in value && typeof value.text === 'string';
}

const isExact = (value: bigint): boolean =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;

const escapeUnits = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map(unit => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
