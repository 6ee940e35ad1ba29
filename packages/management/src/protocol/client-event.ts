import { fromBase64 } from './challenge.ts';
import type { Environment, EnvironmentBlock } from './environment.ts';
import { parseInteger } from './field.ts';
import { IpAddress } from './ip-address.ts';
import { Secret } from './secret.ts';

/**
 * What a server says of a client, `>CLIENT:`. A client is known by its `cid`, which starts at 0 with the daemon, and
 * each of its authentications by a `kid`, which starts at 1 and may skip numbers.
 *
 * CONNECT, REAUTH, ADDRESS, DISCONNECT and CR_RESPONSE come only under `management-client-auth`.
 */
export type ClientNotification =
  | ClientAuthRequest
  /** The tunnel of this client works. */
  | { readonly type: 'CLIENT'; readonly kind: 'ESTABLISHED'; readonly cid: number; readonly env: Environment }
  /** The client is gone. `env` holds `time_duration` and `bytes_*`; it is empty when the client never got established. */
  | { readonly type: 'CLIENT'; readonly kind: 'DISCONNECT'; readonly cid: number; readonly env: Environment }
  | ClientAddress
  /** The client answers a CR_TEXT question. Since OpenVPN 2.5. */
  | {
      readonly type: 'CLIENT';
      readonly kind: 'CR_RESPONSE';
      readonly cid: number;
      readonly kid: number;
      readonly response: Secret;
      readonly env: Environment;
    };

/** A client asks to be let in (CONNECT) or to stay (REAUTH), and waits for an answer that names its `cid` and `kid`. */
export type ClientAuthRequest = {
  readonly type: 'CLIENT';
  readonly kind: 'CONNECT' | 'REAUTH';
  readonly cid: number;
  readonly kid: number;
  /** Without the password, so that it may be logged. */
  readonly env: Environment;
  /** What the user typed: empty, or `undefined`, when the client has a certificate alone. */
  readonly password: Secret | undefined;
};

/** An address that the server routes to a client. Comes before ESTABLISHED. */
export type ClientAddress = {
  readonly type: 'CLIENT';
  readonly kind: 'ADDRESS';
  readonly cid: number;
  readonly address: IpAddress;
  /** The network behind the client (`iroute`) as sent: a netmask such as `255.255.255.0`, or a prefix length. */
  readonly mask: string | undefined;
  /** The client's own address, not one of a network behind it. */
  readonly primary: boolean;
};

/** The payload of an event of one line, `ADDRESS,cid,address,primary`. */
export function parseClientAddress(payload: string): ClientAddress | undefined {
  const [, id, net = '', primary = ''] = payload.split(',');
  const [text = '', mask] = net.split('/');
  const [cid, address] = [parseInteger(id ?? ''), IpAddress.parse(text)];
  if (cid === undefined || address === undefined || !/^[01]$/.test(primary)) return undefined;
  return { type: 'CLIENT', kind: 'ADDRESS', cid, address, mask, primary: primary === '1' };
}

/** The header of an event (`CONNECT,0,1`) with its complete block. `undefined` when the header is none of the known. */
export function clientNotification(header: string, block: EnvironmentBlock): ClientNotification | undefined {
  const [kind = '', first, second, ...rest] = header.split(',');
  const [cid, kid] = [parseInteger(first ?? ''), parseInteger(second ?? '')];
  if (cid === undefined) return undefined;
  const { env } = block;
  switch (kind) {
    case 'CONNECT':
    case 'REAUTH':
      if (kid === undefined) return undefined;
      return { type: 'CLIENT', kind, cid, kid, env, password: block.password };
    case 'ESTABLISHED':
    case 'DISCONNECT':
      return { type: 'CLIENT', kind, cid, env };
    case 'CR_RESPONSE': {
      const response = fromBase64(rest.join(','));
      if (kid === undefined || response === undefined) return undefined;
      return { type: 'CLIENT', kind, cid, kid, response: new Secret(response), env };
    }
    default:
      return undefined;
  }
}
