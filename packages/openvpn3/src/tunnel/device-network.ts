import { type Environment, IpAddress } from '@ovpnkit/management';

/** What a tunnel's device is configured with, out of the environment of its UP notification. */
export type DeviceNetwork = {
  /** 3 carries packets (tun), 2 frames (tap). */
  readonly layer: 2 | 3;
  /** Bytes. */
  readonly mtu: number;
  readonly addresses: readonly DeviceAddress[];
  readonly routes: readonly DeviceRoute[];
  /** Where the server is, outside of the tunnel. */
  readonly server: IpAddress | undefined;
  /** Everything goes through the tunnel, whatever the routes say. Daemons do not tell it of IPv6. */
  readonly reroutesIpv4: boolean;
};

export type DeviceAddress = {
  readonly address: string;
  readonly prefix: number;
  /** Empty for none. */
  readonly gateway: string;
  readonly ipv6: boolean;
};

export type DeviceRoute = {
  readonly network: string;
  readonly prefix: number;
  /** -1 leaves it to the system. */
  readonly metric: number;
  readonly ipv6: boolean;
  /** It does not go through the tunnel. */
  readonly exclude: boolean;
};

const DEFAULT_MTU = 1500;
const ANY_METRIC = -1;

/**
 * What is no address is left out. Routes are those that the daemon is about to set: what the system refuses of them is in
 * its log.
 */
export function deviceNetworkOf(env: Environment): DeviceNetwork {
  return {
    layer: env.get('dev_type') === 'tap' ? 2 : 3,
    mtu: Number(env.get('tun_mtu') ?? DEFAULT_MTU),
    addresses: [...ipv4Address(env), ...ipv6Address(env)],
    routes: [...ipv4Routes(env), ...ipv6Routes(env)],
    server: IpAddress.parse(env.get('trusted_ip') ?? env.get('trusted_ip6') ?? ''),
    reroutesIpv4: env.get('redirect_gateway') === '1',
  };
}

/** A device of a single peer has no netmask. */
function ipv4Address(env: Environment): DeviceAddress[] {
  const address = env.get('ifconfig_local') ?? '';
  const prefix = prefixOf(env.get('ifconfig_netmask'));
  const gateway = env.get('route_vpn_gateway') ?? '';
  return IpAddress.test(address) ? [{ address, prefix, gateway, ipv6: false }] : [];
}

function ipv6Address(env: Environment): DeviceAddress[] {
  const address = env.get('ifconfig_ipv6_local') ?? '';
  const prefix = Number(env.get('ifconfig_ipv6_netbits') ?? 128);
  const gateway = env.get('ifconfig_ipv6_remote') ?? '';
  return IpAddress.test(address) ? [{ address, prefix, gateway, ipv6: true }] : [];
}

function ipv4Routes(env: Environment): DeviceRoute[] {
  return numberedValues(env, /^route_network_(\d+)$/).flatMap(([number, network]) => {
    const prefix = prefixOf(env.get(`route_netmask_${number}`));
    const metric = Number(env.get(`route_metric_${number}`) ?? ANY_METRIC);
    return IpAddress.test(network) ? [{ network, prefix, metric, ipv6: false, exclude: false }] : [];
  });
}

function ipv6Routes(env: Environment): DeviceRoute[] {
  return numberedValues(env, /^route_ipv6_network_(\d+)$/).flatMap(([number, text]) => {
    const [, network = '', prefix = ''] = /^(.*)\/(\d{1,3})$/.exec(text) ?? [];
    const metric = Number(env.get(`route_ipv6_metric_${number}`) ?? ANY_METRIC);
    return IpAddress.test(network)
      ? [{ network, prefix: Number(prefix), metric, ipv6: true, exclude: false }]
      : [];
  });
}

/** In the order of their numbers, which have gaps: the daemon leaves out what it could not make sense of. */
function numberedValues(env: Environment, name: RegExp): [number: number, value: string][] {
  const found: [number, string][] = [];
  for (const [variable, value] of env) {
    const number = name.exec(variable)?.[1];
    if (number !== undefined) found.push([Number(number), value]);
  }
  return found.sort(([a], [b]) => a - b);
}

/** The length of a netmask. Without one, the address stands for itself. */
function prefixOf(netmask = '255.255.255.255'): number {
  const bits = IpAddress.parse(netmask)?.toBigInt() ?? 0xffff_ffffn;
  return bits.toString(2).replaceAll('0', '').length;
}
