import type { NetworkChangeName } from '../../contract/netcfg.ts';
import type { DeviceAddress, DeviceRoute } from '../../tunnel/device-network.ts';

/** One NetworkChange, apart from its device. */
export type NetworkChange = {
  readonly type: NetworkChangeName;
  readonly details: ReadonlyMap<string, string>;
};

/** A device that comes up, with its addresses and routes. */
export function deviceAdded(
  addresses: readonly DeviceAddress[],
  routes: readonly DeviceRoute[],
): NetworkChange[] {
  return [
    change('DEVICE_ADDED', {}),
    ...addresses.map(({ address, prefix, ipv6 }) =>
      change('IPADDR_ADDED', { ip_address: address, ...network(prefix, ipv6) }),
    ),
    ...routes.map(({ network: subnet, prefix, ipv6, exclude }) => {
      const details = { subnet, ...network(prefix, ipv6) };
      const gateway = addresses.find(address => address.ipv6 === ipv6)?.gateway ?? '';
      return exclude ? change('ROUTE_EXCLUDED', details) : change('ROUTE_ADDED', { ...details, gateway });
    }),
  ];
}

export const dnsAdded = (servers: readonly string[], searchDomains: readonly string[]): NetworkChange[] => [
  ...servers.map(server => change('DNS_SERVER_ADDED', { dns_server: server })),
  ...searchDomains.map(domain => change('DNS_SEARCH_ADDED', { search_domain: domain })),
];

const opposites: Partial<Record<NetworkChangeName, NetworkChangeName>> = {
  DEVICE_ADDED: 'DEVICE_REMOVED',
  IPADDR_ADDED: 'IPADDR_REMOVED',
  ROUTE_ADDED: 'ROUTE_REMOVED',
  DNS_SERVER_ADDED: 'DNS_SERVER_REMOVED',
  DNS_SEARCH_ADDED: 'DNS_SEARCH_REMOVED',
};

/** What takes these back, the last one first. What goes has no gateway. */
export const takenBack = (changes: readonly NetworkChange[]): NetworkChange[] =>
  changes.toReversed().flatMap(({ type, details }) => {
    const opposite = opposites[type];
    const kept = [...details].filter(([name]) => name !== 'gateway');
    return opposite === undefined ? [] : [{ type: opposite, details: new Map(kept) }];
  });

const change = (type: NetworkChangeName, details: Readonly<Record<string, string>>): NetworkChange => ({
  type,
  details: new Map(Object.entries(details)),
});

/** Deployed programs say the length of the prefix twice. */
const network = (prefix: number, ipv6: boolean) => ({
  ip_version: ipv6 ? '6' : '4',
  prefix: String(prefix),
  prefix_size: String(prefix),
});
