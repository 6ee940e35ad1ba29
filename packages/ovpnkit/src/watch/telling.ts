import type { Event } from '@ovpnkit/management';

/** A question: the daemon waits until somebody answers. A notice: it only tells. */
export type Telling = { readonly type: 'question' | 'notice'; readonly text: string };

/** The events that the model itself learns nothing from. */
export type OtherEvent = Exclude<
  Event,
  { readonly type: 'STATE' | 'LOG' | 'BYTECOUNT' | 'BYTECOUNT_CLI' | 'FATAL' | 'down' | 'retry' | 'snapshot' }
>;

/** What such an event tells people; `undefined` when it is not worth a line. */
export function tellingOf(event: OtherEvent): Telling | undefined {
  switch (event.type) {
    case 'HOLD':
      return question(event.text);
    case 'PASSWORD':
      return ofPassword(event);
    case 'NEED-OK':
    case 'NEED-STR':
      return question(`an answer to '${event.name}': ${event.text}`);
    case 'NEED-CERTIFICATE':
      return question(`the certificate ${event.hint}`);
    case 'PK_SIGN':
    case 'RSA_SIGN':
      return question('a signature with the private key');
    case 'PROXY':
      return question(`a proxy for ${event.host}`);
    case 'REMOTE':
      return question(`leave to connect to ${event.host}:${event.port}`);
    case 'CLIENT':
      return ofClient(event);
    case 'ECHO':
      return notice(`echo: ${event.text}`);
    case 'NOTIFY':
      return notice(`${event.severity}: ${event.kind} ${event.text}`);
    case 'INFOMSG':
      return notice(
        'url' in event ? 'the server asks to sign in on a web page' : `the server says: ${event.text}`,
      );
    case 'UPDOWN':
      return notice(`the tunnel interface is ${event.direction === 'UP' ? 'up' : 'down'}`);
    case 'unknown':
    case 'malformed':
      return notice(`a line that cannot be read: ${event.line}`);
    case 'dropped':
      return notice(`${event.count} events were missed: they came faster than they could be shown`);
    case 'INFO':
    case 'PKCS11ID-COUNT':
    case 'PKCS11ID-ENTRY':
    case 'up':
    case 'handler-error':
      return undefined;
  }
}

function ofPassword(event: OtherEvent & { readonly type: 'PASSWORD' }): Telling | undefined {
  switch (event.kind) {
    case 'need':
      return question(`${event.needs} for '${event.name}'`);
    case 'failed':
      return notice(`the credentials for '${event.name}' were refused ${event.reason ?? ''}`.trimEnd());
    case 'auth-token':
      return undefined;
  }
}

function ofClient(event: OtherEvent & { readonly type: 'CLIENT' }): Telling | undefined {
  switch (event.kind) {
    case 'CONNECT':
    case 'REAUTH':
      return question(`client ${event.env.get('common_name') ?? event.cid} asks to be let in`);
    case 'ESTABLISHED':
    case 'DISCONNECT':
    case 'ADDRESS':
    case 'CR_RESPONSE':
      return undefined;
  }
}

const question = (text: string): Telling => ({ type: 'question', text });
const notice = (text: string): Telling => ({ type: 'notice', text });
