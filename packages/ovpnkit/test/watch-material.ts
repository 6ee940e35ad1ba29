// Statuses and states to make models of: recorded ones, and pieces of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Client,
  type ClientStatus,
  IpAddress,
  parseStatus,
  RealAddress,
  type ServerStatus,
  type State,
} from '@ovpnkit/management';

const recordings = join(import.meta.dirname, '../../management/test/recordings/status');

function read(name: string) {
  const lines = readFileSync(join(recordings, name), 'utf8')
    .split('\r\n')
    .filter(line => line !== '' && line !== 'END');
  const status = parseStatus(lines);
  if (status === undefined) throw new Error(`${name} is no status`);
  return status;
}

/** What a server with three clients said; with other clients when they are given. */
export function serverStatus(clients?: readonly Client[]): ServerStatus {
  const status = read('openvpn-2.6.14-server-3clients-v3.txt');
  if (status.mode !== 'server') throw new Error('the recording is not of a server');
  return clients ? { ...status, clients } : status;
}

/** What a client said. */
export function clientStatus(): ClientStatus {
  const status = read('openvpn-2.6.14-client-statistics.txt');
  if (status.mode !== 'client') throw new Error('the recording is not of a client');
  return status;
}

export const state = (name: string, rest: Partial<State> = {}): State => ({
  time: new Date(0),
  name,
  description: name === 'CONNECTED' ? 'SUCCESS' : '',
  mode: undefined,
  upSince: undefined,
  localVirtualIpv4: undefined,
  localVirtualIpv6: undefined,
  remoteAddress: undefined,
  remoteName: undefined,
  remoteService: undefined,
  remotePort: undefined,
  localAddress: undefined,
  localPort: undefined,
  ...rest,
});

/** So many clients, each with a name, addresses and counters of its own. */
export function manyClients(count: number): Client[] {
  const [client] = serverStatus().clients;
  if (client === undefined) throw new Error('the recording has no client');
  return Array.from({ length: count }, (_, cid) => {
    const [high, low] = [Math.floor(cid / 250), cid % 250];
    const real = RealAddress.parse(`198.51.${high}.${low}:${1024 + cid}`);
    if (real === undefined) throw new Error('the address of a client is none');
    return {
      ...client,
      cid,
      commonName: `client${cid + 1}`,
      realAddress: real,
      virtualIpv4: IpAddress.parse(`10.8.${high}.${low}`),
      virtualIpv6: cid % 3 === 0 ? IpAddress.parse(`fd77::${(0x1000 + cid).toString(16)}`) : undefined,
      bytesReceived: BigInt(9885 + cid * 7919),
      bytesSent: BigInt(9396 + cid * 104_729),
      connectedSince: new Date(client.connectedSince.getTime() - cid * 977_000),
    };
  });
}
