import { type ClientNotification, parseClientAddress } from './client-event.ts';
import type { Environment } from './environment.ts';
import { parseCounter, parseInteger, splitFields } from './field.ts';
import { type InfoMessage, parseInfoMessage } from './info-message.ts';
import { type EchoMessage, type LogMessage, parseEchoMessage, parseLogMessage } from './log.ts';
import { type PasswordNotification, parsePassword } from './password.ts';
import { parseState, type State } from './state.ts';

/** Every line that the daemon sends on its own account. `type` is the word between `>` and `:`. */
export type Notification =
  | { readonly type: 'INFO'; readonly text: string }
  /** Bytes of a client's tunnel, in total. */
  | { readonly type: 'BYTECOUNT'; readonly received: bigint; readonly sent: bigint }
  /** Bytes of one client of a server, in total. */
  | { readonly type: 'BYTECOUNT_CLI'; readonly cid: number; readonly received: bigint; readonly sent: bigint }
  | ClientNotification
  | ({ readonly type: 'ECHO' } & EchoMessage)
  /** The daemon ends, and the connection with it. */
  | { readonly type: 'FATAL'; readonly text: string }
  /** The daemon waits for `holdRelease()`. `wait`: the seconds that it advises to wait first; since OpenVPN 2.4. */
  | { readonly type: 'HOLD'; readonly text: string; readonly wait: number | undefined }
  | InfoMessage
  | ({ readonly type: 'LOG' } & LogMessage)
  /** A question for `needok()`. */
  | { readonly type: 'NEED-OK'; readonly name: string; readonly text: string }
  /** A question for `needstr()`. */
  | { readonly type: 'NEED-STR'; readonly name: string; readonly text: string }
  /** A question for `certificate()`. Since OpenVPN 2.4. */
  | { readonly type: 'NEED-CERTIFICATE'; readonly hint: string }
  /** Such as `info`, `server-pushed-halt`, `bye`. */
  | { readonly type: 'NOTIFY'; readonly severity: string; readonly kind: string; readonly text: string }
  | PasswordNotification
  | { readonly type: 'PKCS11ID-COUNT'; readonly count: number }
  /** `id` and `blob` (base64, DER) are `undefined` when there is no such entry. */
  | {
      readonly type: 'PKCS11ID-ENTRY';
      readonly index: number;
      readonly id: string | undefined;
      readonly blob: string | undefined;
    }
  /**
   * A question for `pkSig()`; `data` is base64. `algorithm` only for clients that announced version 3, such as
   * `ECDSA` or `RSA_PKCS1_PSS_PADDING,hashalg=SHA256,saltlen=digest`. Since OpenVPN 2.5.
   */
  | { readonly type: 'PK_SIGN'; readonly data: string; readonly algorithm: string | undefined }
  /** A question for `rsaSig()`; `data` is base64. For clients that announced version 1. */
  | { readonly type: 'RSA_SIGN'; readonly data: string }
  /** A question for `proxy()`. */
  | { readonly type: 'PROXY'; readonly index: number; readonly protocol: string; readonly host: string }
  /** A question for `remote()`. */
  | { readonly type: 'REMOTE'; readonly host: string; readonly port: string; readonly protocol: string }
  | ({ readonly type: 'STATE' } & State)
  /** The tunnel interface is up or down, under `management-up-down`. Not to be confused with the daemon itself. */
  | { readonly type: 'UPDOWN'; readonly direction: 'UP' | 'DOWN'; readonly env: Environment }
  /** A line of a kind that is not known here, from a newer daemon or outside of any reply. */
  | { readonly type: 'unknown'; readonly line: string }
  /** A line of a known kind whose payload makes no sense. */
  | { readonly type: 'malformed'; readonly line: string };

type Parser = (payload: string) => Notification | undefined;

const parsers = new Map<string, Parser>(
  Object.entries({
    INFO: text => ({ type: 'INFO', text }),
    BYTECOUNT(payload) {
      const [received, sent] = payload.split(',', 2).map(text => parseCounter(text));
      return received === undefined || sent === undefined ? undefined : { type: 'BYTECOUNT', received, sent };
    },
    BYTECOUNT_CLI(payload) {
      const [id = '', ...counters] = payload.split(',', 3);
      const [cid, received, sent] = [parseInteger(id), ...counters.map(text => parseCounter(text))];
      if (cid === undefined || received === undefined || sent === undefined) return undefined;
      return { type: 'BYTECOUNT_CLI', cid, received, sent };
    },
    CLIENT: payload => (payload.startsWith('ADDRESS,') ? parseClientAddress(payload) : undefined),
    ECHO: payload => tagged('ECHO', parseEchoMessage(payload)),
    FATAL: text => ({ type: 'FATAL', text }),
    HOLD(text) {
      const wait = /:(\d+)$/.exec(text)?.[1];
      return { type: 'HOLD', text, wait: wait === undefined ? undefined : Number(wait) };
    },
    INFOMSG: parseInfoMessage,
    LOG(payload) {
      const message = parseLogMessage(payload);
      // Written out, because spreading costs more than all the rest of the most frequent notification.
      return (
        message && {
          type: 'LOG',
          time: message.time,
          flags: message.flags,
          severity: message.severity,
          text: message.text,
        }
      );
    },
    'NEED-OK'(payload) {
      const [, name, text = ''] = /^Need '(.*?)' confirmation MSG:(.*)$/s.exec(payload) ?? [];
      return name === undefined ? undefined : { type: 'NEED-OK', name, text };
    },
    'NEED-STR'(payload) {
      // The official notes say `input`; daemons say `string`.
      const [, name, text = ''] = /^Need '(.*?)' (?:string|input) MSG:(.*)$/s.exec(payload) ?? [];
      return name === undefined ? undefined : { type: 'NEED-STR', name, text };
    },
    'NEED-CERTIFICATE': hint => ({ type: 'NEED-CERTIFICATE', hint }),
    NOTIFY(payload) {
      const [severity = '', kind, text = ''] = splitFields(payload, ',', 3);
      return kind === undefined ? undefined : { type: 'NOTIFY', severity, kind, text };
    },
    PASSWORD: parsePassword,
    'PKCS11ID-COUNT'(payload) {
      const count = parseInteger(payload);
      return count === undefined ? undefined : { type: 'PKCS11ID-COUNT', count };
    },
    'PKCS11ID-ENTRY'(payload) {
      const [, index, id, blob] = /^'(\d{1,9})'(?:, ID:'(.*)', BLOB:'(.*)')?$/s.exec(payload) ?? [];
      return index === undefined ? undefined : { type: 'PKCS11ID-ENTRY', index: Number(index), id, blob };
    },
    PK_SIGN(payload) {
      const [data = '', algorithm] = splitFields(payload, ',', 2);
      return data === '' ? undefined : { type: 'PK_SIGN', data, algorithm };
    },
    RSA_SIGN: data => (data === '' ? undefined : { type: 'RSA_SIGN', data }),
    PROXY(payload) {
      const [number = '', protocol, host] = splitFields(payload, ',', 3);
      const index = parseInteger(number);
      if (index === undefined || protocol === undefined || host === undefined) return undefined;
      return { type: 'PROXY', index, protocol, host };
    },
    REMOTE(payload) {
      const [host = '', port, protocol] = payload.split(',');
      return port === undefined || protocol === undefined
        ? undefined
        : { type: 'REMOTE', host, port, protocol };
    },
    STATE: payload => tagged('STATE', parseState(payload)),
    // Blocks are assembled in notification-assembler.ts; a lone line of one is out of place.
    UPDOWN: () => undefined,
  } satisfies Record<string, Parser>),
);

/** Parses a notification of one line, its `>` included. A payload that makes no sense is a `malformed` event. */
export function parseNotification(line: string): Notification {
  const colon = line.indexOf(':');
  const parse = line.charCodeAt(0) === 0x3e && colon !== -1 ? parsers.get(line.slice(1, colon)) : undefined;
  if (!parse) return { type: 'unknown', line };
  return parse(line.slice(colon + 1)) ?? { type: 'malformed', line };
}

function tagged<T extends 'ECHO' | 'STATE', V extends object>(type: T, value: V | undefined) {
  return value && { type, ...value };
}
