import type { Bus } from '@ovpnkit/dbus';
import type { DeviceAddress, DeviceRoute } from '../../tunnel/device-network.ts';
import { createLinkDns } from '../../tunnel/dns/link-dns.ts';
import type { PushedDns } from '../../tunnel/dns/pushed-dns.ts';
import type { DnsScope } from '../../tunnel/dns/resolve1.ts';
import type { Log } from '../host/service-host.ts';
import { deviceAdded, dnsAdded, type NetworkChange, takenBack } from './network-change.ts';

/** One tunnel device, as the program whose tunnel it is tells of it. What is told counts from the next `attach` on. */
export type Device = {
  /** That of the system when it is up; what was asked for until then. */
  readonly name: string;
  readonly addresses: DeviceAddress[];
  readonly routes: DeviceRoute[];
  readonly dnsServers: Set<string>;
  /** In the form of AddDNSSearch. */
  readonly dnsDomains: Set<string>;
  readonly settings: DeviceSettings;
  /** What the resolver has for it now; `undefined` for nothing. */
  readonly dns: PushedDns | undefined;
  readonly isUp: boolean;
  /** It is up, and has this name. Gives why its DNS is not applied; `undefined` when it is, or there is none. */
  attach(name: string): Promise<string | undefined>;
  /** It is down. Resolves when its DNS is taken back. */
  disable(): Promise<void>;
};

export type DeviceSettings = {
  layer: number;
  mtu: number;
  /**
   * What was asked for; 0 for what the kernel gives, as deployed programs say it of a device that is up. That is not
   * read from the device: the daemon makes it, and it may be in another network than the one whose devices are in /sys.
   */
  txqueuelen: number;
  rerouteIpv4: boolean;
  rerouteIpv6: boolean;
  dnsScope: DnsScope;
  dnssec: NonNullable<PushedDns['dnssec']> | undefined;
};

export type DeviceHost = {
  readonly bus: Bus;
  readonly log: Log;
  readonly notify: (device: string, changes: readonly NetworkChange[]) => void;
};

type Attachment = { readonly name: string; told: readonly NetworkChange[]; dns: PushedDns | undefined };

export function createDevice(requestedName: string, { bus, log, notify }: DeviceHost): Device {
  const linkDns = createLinkDns(bus);
  let lastName = requestedName;
  let attachment: Attachment | undefined;

  const device: Device = {
    addresses: [],
    routes: [],
    dnsServers: new Set(),
    dnsDomains: new Set(),
    settings: {
      layer: 0,
      mtu: 1500,
      txqueuelen: 0,
      rerouteIpv4: false,
      rerouteIpv6: false,
      dnsScope: 'global',
      dnssec: undefined,
    },
    get name() {
      return lastName;
    },
    get dns() {
      return attachment?.dns;
    },
    get isUp() {
      return attachment !== undefined;
    },
    async attach(name) {
      lastName = name;
      const attached: Attachment = {
        name,
        told: deviceAdded(device.addresses, device.routes),
        dns: undefined,
      };
      attachment = attached;
      notify(name, attached.told);
      const dns = dnsOf(device);
      if (dns.servers.length + dns.searchDomains.length + dns.routingDomains.length === 0) return undefined;
      const problem = await linkDns.apply(name, dns, device.settings.dnsScope);
      if (attachment !== attached) return undefined; // disabled meanwhile, and taken back
      if (problem !== undefined) {
        log('WARN', `The DNS settings of ${name} are not applied: ${problem}`);
        return problem;
      }
      const { servers, searchDomains } = dns;
      log(
        'VERB2',
        `DNS servers of ${name}: ${servers.join(', ')}; search domains: ${searchDomains.join(', ')}`,
      );
      const changes = dnsAdded(servers, searchDomains);
      attached.dns = dns;
      attached.told = [...attached.told, ...changes];
      notify(name, changes);
      return undefined;
    },
    async disable() {
      if (attachment === undefined) return;
      const { name, told } = attachment;
      attachment = undefined;
      notify(name, takenBack(told));
      const problem = await linkDns.revert();
      if (problem !== undefined)
        log('WARN', `The DNS settings of ${name} could not be taken back: ${problem}`);
    },
  };
  return device;
}

/** A domain with ~ in front is for routing, as systemd writes it. */
function dnsOf({ dnsServers, dnsDomains, settings }: Device): PushedDns {
  const domains = [...dnsDomains];
  return {
    servers: [...dnsServers],
    searchDomains: domains.filter(domain => !domain.startsWith('~')),
    routingDomains: domains.filter(domain => domain.startsWith('~')).map(domain => domain.slice(1)),
    dnssec: settings.dnssec,
    ignored: [],
  };
}
