import { parseEpoch, parseInteger } from './field.ts';
import { IpAddress } from './ip-address.ts';

/** The states that OpenVPN names. A newer daemon may send others; they arrive as they are. */
export const stateNames = [
  'INITIAL',
  'CONNECTING',
  'WAIT',
  'AUTH',
  'GET_CONFIG',
  'ASSIGN_IP',
  'ADD_ROUTES',
  'CONNECTED',
  'RECONNECTING',
  'EXITING',
  'RESOLVE',
  'TCP_CONNECT',
  'AUTH_PENDING',
] as const;

export type StateName = (typeof stateNames)[number];

const clientOnly = new Set(['WAIT', 'AUTH', 'GET_CONFIG', 'RESOLVE', 'TCP_CONNECT', 'AUTH_PENDING']);

/** The state of the daemon at one moment: a line of `state` or a `>STATE:` notification. */
export type State = {
  /** When the daemon entered this state. */
  readonly time: Date;
  readonly name: StateName | (string & {});
  /** `SUCCESS`, `ERROR` or `ROUTE_ERROR` with CONNECTED; the reason with RECONNECTING and EXITING; else often empty. */
  readonly description: string;
  /** `undefined` while this line does not tell: before a connection both modes look alike. */
  readonly mode: 'client' | 'server' | undefined;
  /** Since when the tunnel has been up; `undefined` while it is not. */
  readonly upSince: Date | undefined;
  readonly localVirtualIpv4: IpAddress | undefined;
  /** Since OpenVPN 2.4. */
  readonly localVirtualIpv6: IpAddress | undefined;
  /** The server that a client talks to, with its zone (`fe80::1%eth0`). A server has none. */
  readonly remoteAddress: IpAddress | undefined;
  readonly remotePort: number | undefined;
  /** What stands there when it is no address, such as a host name, or `[nameinfo() err: …]`. */
  readonly remoteName: string | undefined;
  /** What stands there when the port is no number. */
  readonly remoteService: string | undefined;
  /** Where the socket is bound, when it is bound to one address. Since OpenVPN 2.4. */
  readonly localAddress: IpAddress | undefined;
  readonly localPort: number | undefined;
};

/**
 * A line `time,NAME,description,tun4,remote,port,local,port[,tun6]`: four or five fields up to 2.3, eight or nine from
 * 2.4 on. `undefined` when it is not one.
 */
export function parseState(line: string): State | undefined {
  const fields = line.split(',');
  const [seconds = '', name = '', description = '', ipv4, remote = '', port = '', local, localPort = ''] =
    fields;
  const time = parseEpoch(seconds);
  if (time === undefined || name === '' || fields.length < 3) return undefined;
  const [remoteAddress, remotePort] = [address(remote), parseInteger(port)];
  // That something stands there tells who this is, whether or not it can be read.
  const isClient = remote !== '' || clientOnly.has(name);
  return {
    time,
    name,
    description,
    mode: isClient ? 'client' : name === 'CONNECTED' ? 'server' : undefined,
    upSince: name === 'CONNECTED' ? time : undefined,
    localVirtualIpv4: address(ipv4),
    localVirtualIpv6: address(fields[8]),
    remoteAddress,
    remotePort,
    remoteName: remoteAddress ? undefined : remote || undefined,
    remoteService: remotePort === undefined ? port || undefined : undefined,
    localAddress: address(local),
    localPort: parseInteger(localPort),
  };
}

function address(text = ''): IpAddress | undefined {
  return text === '' ? undefined : IpAddress.parseScoped(text);
}
