import { EncodeError } from './encode-error.ts';
import { encodeText } from './text.ts';

/** An `>INFOMSG:` notification: what the server asks of the user while the authentication is pending. */
export type InfoMessage =
  | {
      readonly type: 'INFOMSG';
      readonly kind: 'WEB_AUTH';
      readonly url: string;
      /** As sent, such as `external`, `hidden` or `proxy=…`. */
      readonly flags: readonly string[];
    }
  /** The older form of WEB_AUTH, without flags. */
  | { readonly type: 'INFOMSG'; readonly kind: 'OPEN_URL'; readonly url: string }
  | {
      readonly type: 'INFOMSG';
      readonly kind: 'CR_TEXT';
      readonly text: string;
      /** Whether the answer may be shown while it is typed. */
      readonly echo: boolean;
      /** Whether an answer is expected, by `crResponse()`; without it the text is a message. */
      readonly response: boolean;
    }
  | { readonly type: 'INFOMSG'; readonly kind: 'unknown'; readonly text: string };

/** The payload behind `>INFOMSG:`. */
export function parseInfoMessage(payload: string): InfoMessage {
  const open = /^OPEN_URL:(.*)$/s.exec(payload);
  if (open) return { type: 'INFOMSG', kind: 'OPEN_URL', url: open[1] ?? '' };
  const [, kind, flags = '', rest = ''] = /^(WEB_AUTH|CR_TEXT):([^:]*):(.*)$/s.exec(payload) ?? [];
  const set = flags === '' ? [] : flags.split(',');
  if (kind === 'WEB_AUTH') return { type: 'INFOMSG', kind, url: rest, flags: set };
  if (kind === 'CR_TEXT') {
    return { type: 'INFOMSG', kind, text: rest, echo: set.includes('E'), response: set.includes('R') };
  }
  return { type: 'INFOMSG', kind: 'unknown', text: payload };
}

/** What a server can ask while an authentication is pending. */
export type PendingMethod =
  /** Opens the page in the user's browser. `flags` such as `hidden`; none by default. */
  | { readonly kind: 'WEB_AUTH'; readonly url: string; readonly flags?: readonly string[] }
  /** The same for clients that know nothing newer. */
  | { readonly kind: 'OPEN_URL'; readonly url: string }
  /** Shows the text, and asks for an answer unless `response` is false. `echo`: the answer may be shown. */
  | { readonly kind: 'CR_TEXT'; readonly text: string; readonly echo?: boolean; readonly response?: boolean };

/**
 * The most bytes of a method that arrive: a 2.x client drops a longer one without a word although the server reports
 * success (measured on 2.6.14). A `WEB_AUTH` URL has 236 of them.
 */
export const maxPendingMethodBytes = 246;

/** The EXTRA argument of `client-pending-auth`. Throws EncodeError when it would not arrive as it is. */
export function formatPendingMethod(method: PendingMethod): string {
  switch (method.kind) {
    case 'WEB_AUTH': {
      const flags = method.flags ?? [];
      if (flags.some(flag => /[:,]/.test(flag))) throw new EncodeError('flags', "may hold no ':' or ','");
      return checked('url', `WEB_AUTH:${flags.join(',')}:`, method.url);
    }
    case 'OPEN_URL':
      return checked('url', 'OPEN_URL:', method.url);
    case 'CR_TEXT': {
      const flags = [...((method.response ?? true) ? ['R'] : []), ...(method.echo ? ['E'] : [])];
      return checked('text', `CR_TEXT:${flags.join(',')}:`, method.text);
    }
  }
}

function checked(parameter: string, prefix: string, text: string): string {
  const room = maxPendingMethodBytes - encodeText(prefix, 'flags').length;
  const { length } = encodeText(text, parameter);
  if (length > room) throw new EncodeError(parameter, `has ${length} bytes; ${room} reach the client`);
  return prefix + text;
}
