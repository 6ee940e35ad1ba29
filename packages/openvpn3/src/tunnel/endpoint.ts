import type { Environment, State } from '@ovpnkit/management';

/** Where a connected tunnel leads, as the property `connection` has it. */
export type Endpoint = {
  readonly protocol: 'udp' | 'tcp';
  /** As the profile names the server. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
};

/** A tunnel's own end, out of the environment of its UP notification. */
export type Device = {
  readonly name: string;
  /** Text as in the log: `10.8.0.2/fd00::2`, each part empty when there is no such address. */
  readonly addresses: string;
  readonly gateways: string;
  readonly mtu: string;
};

export function deviceOf(env: Environment): Device {
  const get = (name: string): string => env.get(name) ?? '';
  return {
    name: get('dev'),
    addresses: `${get('ifconfig_local')}/${get('ifconfig_ipv6_local')}`,
    gateways: `${get('route_vpn_gateway')}/`,
    mtu: get('tun_mtu'),
  };
}

/**
 * Where the daemon is connected. The environment lists the profile's servers, `remote_1` and so on; the state has the
 * address. A server with one name is that one; of several, the one that is named by the address, else the address.
 */
export function endpointOf(state: State, env: Environment): Endpoint {
  const address = String(state.remoteAddress ?? state.remoteName ?? '');
  const port = state.remotePort ?? 0;
  const hosts: string[] = [];
  const protocols: string[] = [];
  for (let index = 1; env.has(`remote_${index}`); index++) {
    if (Number(env.get(`remote_port_${index}`)) !== port) continue;
    hosts.push(env.get(`remote_${index}`) ?? '');
    protocols.push(env.get(`proto_${index}`) ?? '');
  }
  const [first = address] = hosts;
  const host = new Set(hosts).size === 1 ? first : address;
  return { protocol: protocols[0]?.startsWith('tcp') ? 'tcp' : 'udp', host, address, port };
}

/** The text of the log line that tells of a connection. */
export function connectionSummary(
  { protocol, host, address, port }: Endpoint,
  device: Device,
  user: string | undefined,
): string {
  const who = user === undefined ? '' : `${user}@`;
  const where = host.includes(':') ? `[${host}]` : host;
  return (
    `${who}${where}:${port} (${address}) via /${protocol.toUpperCase()} on tun/${device.addresses} ` +
    `gw=[${device.gateways}] mtu=${device.mtu}`
  );
}
