import { type Environment, IpAddress } from '@ovpnkit/management';
import { dhcpOptionsOf } from './dhcp-option.ts';
import { type DnsServer, dnsServersOf, numbered } from './dns-server.ts';

/** How names are to be resolved while a tunnel is up. */
export type PushedDns = {
  /** Addresses that can be asked on port 53, the preferred first. */
  readonly servers: readonly string[];
  /** Appended to short names. */
  readonly searchDomains: readonly string[];
  /** When there are any, names outside of these and of the search domains are not for these servers. */
  readonly routingDomains: readonly string[];
  /** `undefined` leaves the resolver's own setting. */
  readonly dnssec: 'yes' | 'optional' | 'no' | undefined;
  /** What was pushed and cannot be applied, a phrase for each. */
  readonly ignored: readonly string[];
};

const MOST_SERVERS = 64;
/** Of search and of routing domains each: resolvers refuse a whole list when it is longer than they like. */
const MOST_DOMAINS = 128;

/**
 * What the environment of an UPDOWN notification says about DNS. A daemon that was given `dns server` repeats it as
 * `dhcp-option DNS` without its port, transport and domains, so such copies are left alone.
 */
export function parsePushedDns(env: Environment): PushedDns {
  const ignored: string[] = [];
  const refuse = (what: string, why: string) => void ignored.push(`${what}: ${why}`);
  const servers = bounded(MOST_SERVERS, refuse);
  const searchDomains = bounded(MOST_DOMAINS, refuse);
  const routingDomains = bounded(MOST_DOMAINS, refuse);

  const addServer = (what: string, address: string) =>
    IpAddress.test(address) ? servers.add(what, address) : refuse(what, 'not an IP address');
  const addDomain = (list: Bounded, what: string, domain: string) =>
    isDomain(domain) ? list.add(what, domain) : refuse(what, 'not a domain name');

  const dnsServers = dnsServersOf(env);
  const [chosen, ...alike] = selectServers(dnsServers, refuse);
  if (chosen) {
    for (const { number, addresses } of [chosen, ...alike]) {
      for (const { address, port = '53' } of addresses) {
        const what = `dns server ${number} address ${address}`;
        if (port === '53') addServer(what, address);
        else refuse(what, `port ${port} is not supported, only 53`);
      }
    }
    for (const domain of chosen.resolveDomains) {
      addRoute(`dns server ${chosen.number} resolve-domains ${domain}`, domain);
    }
  }
  for (const domain of numbered(env, 'dns_search_domain_')) {
    addDomain(searchDomains, `dns search-domains ${domain}`, domain);
  }
  for (const { type, value } of dhcpOptionsOf(env)) {
    const what = `dhcp-option ${type} ${value}`;
    switch (type) {
      case 'DNS':
      case 'DNS6':
        if (dnsServers.length === 0) addServer(what, value);
        break;
      case 'DOMAIN':
      case 'ADAPTER_DOMAIN_SUFFIX':
      case 'DOMAIN-SEARCH':
        addDomain(searchDomains, what, value);
        break;
      case 'DOMAIN-ROUTE':
        addRoute(what, value);
        break;
      default:
        refuse(what, 'not supported');
    }
  }
  return {
    servers: servers.list,
    searchDomains: searchDomains.list,
    routingDomains: routingDomains.list,
    dnssec: dnssecOf(chosen, refuse),
    ignored,
  };

  /** The root stands for every name. */
  function addRoute(what: string, domain: string) {
    if (domain === '.') routingDomains.add(what, domain);
    else addDomain(routingDomains, what, domain);
  }
}

type Refuse = (what: string, why: string) => void;

/** The first usable server, and those after it that differ in their addresses only: a link has one set of domains. */
function selectServers(servers: readonly DnsServer[], refuse: Refuse): DnsServer[] {
  const plain = servers.filter(({ number, transport = 'plain' }) => {
    if (transport === 'plain') return true;
    refuse(`dns server ${number}`, `transport ${transport} is not supported, only plain`);
    return false;
  });
  const purpose = ({ resolveDomains, dnssec }: DnsServer) => JSON.stringify([resolveDomains, dnssec]);
  const [first] = plain;
  const wanted = first && purpose(first);
  return plain.filter(server => {
    if (purpose(server) === wanted) return true;
    refuse(`dns server ${server.number}`, `other domains or dnssec than dns server ${first?.number}`);
    return false;
  });
}

function dnssecOf(server: DnsServer | undefined, refuse: Refuse): PushedDns['dnssec'] {
  const dnssec = server?.dnssec;
  switch (dnssec) {
    case 'yes':
    case 'optional':
    case 'no':
    case undefined:
      return dnssec;
    default:
      refuse(`dns server ${server?.number} dnssec ${dnssec}`, 'not yes, optional or no');
      return undefined;
  }
}

/** A name as resolvers take it; international names in either form. */
function isDomain(text: string): boolean {
  return text.length <= 254 && /^[\p{L}\p{M}\p{N}_-]{1,63}(?:\.[\p{L}\p{M}\p{N}_-]{1,63})*\.?$/u.test(text);
}

type Bounded = { readonly list: readonly string[]; add(what: string, value: string): void };

/** A list without repetitions, of limited length. */
function bounded(most: number, refuse: Refuse): Bounded {
  const values = new Set<string>();
  return {
    get list() {
      return [...values];
    },
    add(what, value) {
      if (values.size < most || values.has(value)) values.add(value);
      else refuse(what, `more than ${most}`);
    },
  };
}
