import { type Bus, ConnectionError, createProxy } from '@ovpnkit/dbus';
import { NETCFG, NETCFG_PATH } from '../../contract/names.ts';
import { NetworkConfiguration, NetworkDevice } from '../../contract/netcfg.ts';
import type { DeviceNetwork } from '../../tunnel/device-network.ts';
import type { WantedDns } from './wanted-dns.ts';

/** How long the service may take for all that a device has. It may have to be started first. */
const DESCRIBE_MS = 4000;
/** It waits for the resolver, which has two seconds. */
const ATTACH_MS = 5000;

/**
 * Has the network configuration service make its object of a device and tells what the device has, in the order of the
 * deployed program. Gives the object's path. Rejects as `Bus.call` does.
 */
export async function describeDevice(
  bus: Bus,
  name: string,
  { layer, mtu, addresses, routes, server, reroutesIpv4 }: DeviceNetwork,
  { dns, scope }: WantedDns,
  over: AbortSignal,
): Promise<string> {
  const options = { signal: AbortSignal.any([over, AbortSignal.timeout(DESCRIBE_MS)]) };
  const service = createProxy(bus, NetworkConfiguration, { destination: NETCFG, path: NETCFG_PATH });
  const path = await service.call('CreateVirtualInterface', [name], options);
  const device = createProxy(bus, NetworkDevice, { destination: NETCFG, path });
  // Another service would not know the object.
  const known = { ...options, noAutoStart: true };
  await device.set('dns_scope', scope, known);
  for (const { address, prefix, gateway, ipv6 } of addresses)
    await device.call('AddIPAddress', [address, prefix, gateway, ipv6], known);
  if (server) await device.call('SetRemoteAddress', [String(server), server.version === 6], known);
  await device.set('layer', layer, known);
  await device.set('mtu', mtu, known);
  if (reroutesIpv4) await device.set('reroute_ipv4', true, known);
  const domains = [...dns.searchDomains, ...dns.routingDomains.map(domain => `~${domain}`)];
  if (dns.servers.length > 0) await device.call('AddDNS', [[...dns.servers]], known);
  if (domains.length > 0) await device.call('AddDNSSearch', [domains], known);
  if (dns.dnssec) await device.call('SetDNSSEC', [dns.dnssec], known);
  if (routes.length > 0) {
    const networks = routes.map(
      ({ network, prefix, metric, ipv6, exclude }): [string, number, number, boolean, boolean] => [
        network,
        prefix,
        metric,
        ipv6,
        exclude,
      ],
    );
    await device.call('AddNetworks', [networks], known);
  }
  return path;
}

/** Tells which device of the system it is. Gives why its DNS is not applied, `''` when it is. Rejects as `Bus.call` does. */
export async function attachDevice(bus: Bus, path: string, name: string, over: AbortSignal): Promise<string> {
  const device = createProxy(bus, NetworkDevice, { destination: NETCFG, path });
  return device.call('Attach', [name], {
    signal: AbortSignal.any([over, AbortSignal.timeout(ATTACH_MS)]),
    noAutoStart: true,
  });
}

/**
 * Calls methods without arguments of an object of the service, or of the service itself, in their order. Nobody waits for
 * it: a bus that is gone has taken everything back.
 */
export function withdraw(bus: Bus, owner: string, path: string, members: readonly string[]): void {
  try {
    for (const member of members) bus.send({ destination: owner, path, interface: NETCFG, member });
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
  }
}
