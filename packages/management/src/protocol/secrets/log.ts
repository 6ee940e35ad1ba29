import { endOfMessage, endOfWord, findChallenges } from './challenge.ts';
import { findInCommand } from './command.ts';
import { moved, type Span } from './span.ts';
import { isSecretVariable } from './variable.ts';

/**
 * What stands before a secret in the daemon's log that goes on to the end of the message. From the formats of OpenVPN 2.4
 * to 2.7, at every verbosity; the number is the `verb` from which on a daemon writes it.
 */
const beforeMessage: readonly string[] = [
  // 3: what crosses the control channel, and what becomes of it
  'CR_RESPONSE,',
  "CR response was sent by client ('",
  'Received control with invalid characters: ',
  // 1: a configuration or command that cannot be read
  ' chars max): ',
  'exceeded, line starts with ',
  // 7: keys, and what they are made of
  'CIPHER KEY: ',
  'HMAC KEY: ',
  'source entropy: ',
  ' pre_master: ',
  ' random1: ',
  ' random2: ',
  'tls1_P_hash sec: ',
  'tls1_P_hash seed: ',
  'tls1_P_hash out: ',
  'fixup_key: before=',
  // 8
  'exported keying material: ',
  // 9: what is in packets, before and behind the encryption
  'CRYPT FROM: ',
  'CRYPT TO: ',
  'WRAP FROM: ',
  'WRAP TO: ',
];

/** The same, where something of the message stands between two texts that are fixed. */
const beforeMessageInTwo: readonly (readonly [first: string, second: string])[] = [
  // 7: `Master Encrypt (cipher, AES-256-GCM, 256 bits): …`, up to 2.5 `(cipher): …`
  ['(cipher', '): '],
  ['(hmac', '): '],
  ['tls1_PRF out[', ']: '],
  // 8: a tls-crypt-v2 client key as it came
  ['unwrapping client key (len=', '): '],
  // 6: a packet of the control channel
  [' READ [', ' DATA '],
  [' WRITE [', ' DATA '],
  // In builds for debugging only
  ['GET_USER_PASS ', " p='"],
];

/** The secrets in the text of a log line. */
export function findInLog(text: string): Span[] {
  const spans = [
    ...findChallenges(text),
    ...findTokens(text),
    ...findPages(text),
    ...findHeader(text),
    ...findCommand(text),
  ];
  const rest = (start: number): void => void spans.push([start, endOfMessage(text, start)]);
  for (const before of beforeMessage) {
    const found = text.indexOf(before);
    if (found !== -1) rest(found + before.length);
  }
  for (const [first, second] of beforeMessageInTwo) {
    const begun = text.indexOf(first);
    const found = begun === -1 ? -1 : text.indexOf(second, begun + first.length);
    // A packet is shown by its length alone unless `verb` is above 9.
    if (found !== -1 && !text.startsWith('len=', found + second.length)) rest(found + second.length);
  }
  const assigned = findAssignment(text);
  if (assigned !== undefined) rest(assigned);
  return spans;
}

const generated = 'Generated token for client: ';

/** Tokens that stand for a password: as options that are pushed, when they are made, and wherever one is told by its beginning. */
function findTokens(text: string): Span[] {
  const spans: Span[] = [];
  // An option with a comma is not pushed, and is shown whole.
  const isOne = text.includes('illegal comma');
  for (const { index, 0: before } of text.matchAll(/(?:^|['",]|push )auth-token /g)) {
    const start = index + before.length;
    const comma = isOne ? -1 : text.indexOf(',', start);
    spans.push([start, comma === -1 ? endOfMessage(text, start) : comma]);
    if (comma === -1) break;
  }
  for (const { index, 0: token } of text.matchAll(/SESS_ID_[^\s'",]*/g))
    spans.push([index + 'SESS_ID_'.length, index + token.length]);
  const made = text.indexOf(generated);
  if (made !== -1) spans.push([made + generated.length, endOfWord(text, made + generated.length)]);
  return spans;
}

/** The address of a page to sign in, which is a way in for whoever opens it first; the flags before it may be seen. */
function findPages(text: string): Span[] {
  const found = /WEB_AUTH:(?:[^:]*:)?|OPEN_URL:/.exec(text);
  if (!found) return [];
  const start = found.index + found[0].length;
  return [[start, endOfMessage(text, start)]];
}

/** The value behind the first `name=` whose name is that of a secret, as in `ENV [3] 'password=…'`. */
function findAssignment(text: string): number | undefined {
  for (let equals = text.indexOf('='); equals !== -1; equals = text.indexOf('=', equals + 1)) {
    let start = equals;
    while (start > 0 && /\w/.test(text.charAt(start - 1))) start--;
    if (start < equals && isSecretVariable(text.slice(start, equals))) return equals + 1;
  }
  return undefined;
}

/** The headers that a daemon sends to a proxy by itself and that hold no secret. */
const plainHeader = /^(?:CONNECT |Host:|User-Agent:|Proxy-Connection:|$)/i;

/** A header for an HTTP proxy: its credentials, and whatever the configuration has the daemon send. */
function findHeader(text: string): Span[] {
  const before = /Send to HTTP proxy: '|custom_header\[\d{1,10}\] = /.exec(text);
  if (!before) return [];
  const start = before.index + before[0].length;
  if (plainHeader.test(text.slice(start, start + 32))) return [];
  const colon = text.indexOf(': ', start);
  const value = colon === -1 ? start : colon + 2;
  return [[value, endOfMessage(text, value)]];
}

const command = "MANAGEMENT: CMD '";

/** From `verb 3` on, daemons log each command, and hide a password themselves. */
function findCommand(text: string): Span[] {
  const found = text.indexOf(command);
  if (found === -1) return [];
  const start = found + command.length;
  const line = text.slice(start, text.endsWith("'") ? Math.max(start, text.length - 1) : undefined);
  // The daemon's own words in the place of a password.
  return line === 'password [...]' ? [] : moved(findInCommand(line), start);
}

/** The secrets in a row `time,flags,text` of the log. */
export function findInLogRow(row: string): Span[] {
  const flags = row.indexOf(',');
  const text = row.indexOf(',', flags + 1) + 1;
  return moved(findInLog(row.slice(text)), text);
}
