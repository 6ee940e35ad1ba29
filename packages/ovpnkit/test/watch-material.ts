// Statuses and states to make models of: recorded ones, and pieces of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Client,
  type ClientStatus,
  parseStatus,
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
  remotePort: undefined,
  localAddress: undefined,
  localPort: undefined,
  ...rest,
});
