import { type Implementation, implement } from '@ovpnkit/dbus';
import { IpAddress } from '@ovpnkit/management';
import { failed, glibError } from '../../contract/errors.ts';
import { NetworkDevice } from '../../contract/netcfg.ts';
import type { DnsScope } from '../../tunnel/dns/resolve1.ts';
import type { Device, DeviceSettings } from './device.ts';

/** How much one device may have: many times more than a server can push. */
const most = { addresses: 64, routes: 4096, dnsServers: 64, dnsDomains: 256 };
const LONGEST_DOMAIN = 255;

/** The members of net.openvpn.v3.netcfg on the object of one device. `destroy` takes it away. */
export function implementDevice(device: Device, owner: number, destroy: () => Promise<void>): Implementation {
  const { settings } = device;
  const addDns = (kind: 'dnsServers' | 'dnsDomains', values: readonly string[]): void => {
    checkRoom(kind, new Set([...device[kind], ...values]).size);
    for (const value of values) device[kind].add(value);
  };
  const setting = <K extends keyof DeviceSettings>(name: K) => ({
    get: () => settings[name],
    set(value: DeviceSettings[K]) {
      settings[name] = value;
    },
  });
  return implement(NetworkDevice, {
    methods: {
      AddIPAddress([address, prefix, gateway, ipv6]) {
        checkAddress(address, prefix, ipv6);
        if (gateway !== '') checkAddress(gateway, 0, ipv6);
        checkRoom('addresses', device.addresses.length + 1);
        device.addresses.push({ address, prefix, gateway, ipv6 });
      },
      // The daemon routes around its own tunnel.
      SetRemoteAddress: ([address, ipv6]) => checkAddress(address, 0, ipv6),
      AddNetworks([networks]) {
        for (const [network, prefix, , ipv6] of networks) checkAddress(network, prefix, ipv6);
        checkRoom('routes', device.routes.length + networks.length);
        for (const [network, prefix, metric, ipv6, exclude] of networks)
          device.routes.push({ network, prefix, metric, ipv6, exclude });
      },
      AddDNS([servers]) {
        for (const server of servers)
          if (!IpAddress.test(server)) throw refusal(`'${server}' is no IP address of a DNS server`);
        addDns('dnsServers', servers);
      },
      AddDNSSearch([domains]) {
        for (const domain of domains)
          if (domain === '' || domain.length > LONGEST_DOMAIN) throw refusal(`'${domain}' is no domain`);
        addDns('dnsDomains', domains);
      },
      SetDNSSEC([mode]) {
        if (mode !== 'yes' && mode !== 'no' && mode !== 'optional')
          throw refusal(`'${mode}' is no DNSSEC mode; use yes, no or optional`);
        settings.dnssec = mode;
      },
      SetDNSTransport([mode]) {
        if (mode !== 'plain') throw refusal(`DNS transport '${mode}' is not supported, only plain`);
      },
      Establish() {
        throw refusal('Devices are made by the OpenVPN daemon of the tunnel; name the device with Attach');
      },
      async Attach([name]) {
        if (!/^[^\s/:]{1,15}$/.test(name)) throw refusal(`'${name}' is no name of a network device`);
        if (device.isUp) throw refusal(`The device is up as '${device.name}' already; Disable it first`);
        return (await device.attach(name)) ?? '';
      },
      Disable: () => device.disable(),
      Destroy: () => destroy(),
    },
    properties: {
      acl: { get: () => [] },
      device_name: { get: () => device.name },
      dns_name_servers: { get: () => [...device.dnsServers] },
      dns_scope: {
        get: () => settings.dnsScope,
        set(scope: string) {
          if (!isDnsScope(scope)) throw failed(`'${scope}' is no DNS scope; use global or tunnel`);
          settings.dnsScope = scope;
        },
      },
      dns_search_domains: { get: () => [...device.dnsDomains].filter(domain => !domain.startsWith('~')) },
      dnssec_mode: { get: () => settings.dnssec ?? '' },
      layer: setting('layer'),
      mtu: setting('mtu'),
      owner: { get: () => owner },
      reroute_ipv4: setting('rerouteIpv4'),
      reroute_ipv6: setting('rerouteIpv6'),
      txqueuelen: setting('txqueuelen'),
    },
  });
}

const refusal = (text: string) => glibError('netcfg', text);

const isDnsScope = (text: string): text is DnsScope => text === 'global' || text === 'tunnel';

function checkAddress(text: string, prefix: number, ipv6: boolean): void {
  const version = ipv6 ? 6 : 4;
  if (IpAddress.parse(text)?.version !== version) throw refusal(`'${text}' is no IPv${version} address`);
  if (prefix > (ipv6 ? 128 : 32)) throw refusal(`${prefix} is no length of an IPv${version} prefix`);
}

function checkRoom(kind: keyof typeof most, count: number): void {
  if (count > most[kind])
    throw refusal(`A device has ${most[kind]} ${kind} at most; Destroy it and make another`);
}
