import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePushedDns } from '../src/tunnel/dns/pushed-dns.ts';

/** Lines as `>UPDOWN:ENV,` showed them. */
const environment = (lines: string) =>
  new Map(
    lines
      .trim()
      .split('\n')
      .map(line => {
        const [, name = '', value = ''] = /^\s*([^=]*)=(.*)$/.exec(line) ?? [];
        return [name, value] as const;
      }),
  );

test('every kind of dhcp-option that is about names is read, and the others are named', () => {
  // Said by openvpn 2.6.14.
  const env = environment(`
    foreign_option_1=dhcp-option DNS 198.18.0.53
    foreign_option_2=dhcp-option DNS fd00::53
    foreign_option_3=dhcp-option DNS6 fd00::54
    foreign_option_4=dhcp-option DOMAIN corp.example
    foreign_option_5=dhcp-option ADAPTER_DOMAIN_SUFFIX suffix.example
    foreign_option_6=dhcp-option DOMAIN-SEARCH s1.example
    foreign_option_7=dhcp-option DOMAIN-ROUTE r1.example
    foreign_option_8=dhcp-option NTP 198.18.0.1
    foreign_option_9=dhcp-option WINS 198.18.0.2
  `);
  deepEqual(parsePushedDns(env), {
    servers: ['198.18.0.53', 'fd00::53', 'fd00::54'],
    searchDomains: ['corp.example', 'suffix.example', 's1.example'],
    routingDomains: ['r1.example'],
    dnssec: undefined,
    ignored: ['dhcp-option NTP 198.18.0.1: not supported', 'dhcp-option WINS 198.18.0.2: not supported'],
  });
});

test('of servers with purposes of their own the first that can be used is taken, and its copies are not', () => {
  // Said by openvpn 2.6.14, given dhcp-option and dns both.
  const env = environment(`
    foreign_option_1=dhcp-option DOMAIN corp.example
    foreign_option_2=dhcp-option DOMAIN-ROUTE r1.example
    foreign_option_6=dhcp-option DNS 198.18.0.71
    foreign_option_7=dhcp-option DNS 198.18.0.70
    foreign_option_8=dhcp-option DNS 198.18.0.60
    foreign_option_9=dhcp-option DNS6 fd00::60
    foreign_option_10=dhcp-option DNS 198.18.0.61
    foreign_option_11=dhcp-option DOMAIN-SEARCH a.example
    foreign_option_12=dhcp-option DOMAIN-SEARCH b.example
    dns_search_domain_1=a.example
    dns_search_domain_2=b.example
    dns_server_1_address_1=198.18.0.71
    dns_server_2_address_1=198.18.0.70
    dns_server_3_address_1=198.18.0.60
    dns_server_3_port_1=5353
    dns_server_3_address_2=fd00::60
    dns_server_3_port_2=54
    dns_server_3_address_3=198.18.0.61
    dns_server_3_resolve_domain_1=rd1.example
    dns_server_3_resolve_domain_2=rd2.example
    dns_server_3_dnssec=optional
    dns_server_3_transport=DoT
    dns_server_3_sni=dns.example
  `);
  deepEqual(parsePushedDns(env), {
    servers: ['198.18.0.71', '198.18.0.70'],
    searchDomains: ['a.example', 'b.example', 'corp.example'],
    routingDomains: ['r1.example'],
    dnssec: undefined,
    ignored: ['dns server 3: transport DoT is not supported, only plain'],
  });
});

test('a server has its domains and its dnssec, and one with others is not mixed into them', () => {
  const env = environment(`
    dns_server_1_address_1=198.18.0.60
    dns_server_1_address_2=198.18.0.61
    dns_server_1_port_2=5353
    dns_server_1_resolve_domain_1=rd1.example
    dns_server_1_dnssec=yes
    dns_server_2_address_1=198.18.0.70
  `);
  deepEqual(parsePushedDns(env), {
    servers: ['198.18.0.60'],
    searchDomains: [],
    routingDomains: ['rd1.example'],
    dnssec: 'yes',
    ignored: [
      'dns server 2: other domains or dnssec than dns server 1',
      'dns server 1 address 198.18.0.61: port 5353 is not supported, only 53',
    ],
  });
});

test('what is no address and no domain is reported and not applied', () => {
  const bad = [
    'DNS 198.18.0',
    'DNS',
    'DNS6 fe80::1%eth0',
    'DOMAIN a..b',
    'DOMAIN-SEARCH a b',
    'DOMAIN .',
    'X',
  ];
  const env = new Map(bad.map((option, index) => [`foreign_option_${index + 1}`, `dhcp-option ${option}`]));
  const { servers, searchDomains, ignored } = parsePushedDns(env);
  deepEqual([servers, searchDomains], [[], []]);
  equal(ignored.length, bad.length);
});

test('however much is pushed, the lists are bounded and nothing gets lost unsaid', () => {
  const lines = Array.from({ length: 1000 }, (_, index) => [
    [`foreign_option_${2 * index + 1}`, `dhcp-option DNS 198.18.${index >> 8}.${index & 255}`] as const,
    [`foreign_option_${2 * index + 2}`, `dhcp-option DOMAIN d${index}.example`] as const,
  ]).flat();
  const { servers, searchDomains, ignored } = parsePushedDns(new Map(lines));
  deepEqual([servers.length, searchDomains.length, ignored.length], [64, 128, 2000 - 64 - 128]);
});

test('any environment gives addresses and domains, or says why not', () => {
  const name = fc.oneof(
    fc.nat(20).map(n => `foreign_option_${n}`),
    fc
      .tuple(fc.nat(3), fc.constantFrom('address_1', 'port_1', 'resolve_domain_1', 'dnssec', 'transport'))
      .map(([n, what]) => `dns_server_${n}_${what}`),
  );
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('198.18.0.1', 'a.example', 'yes', 'plain', '53'),
    fc
      .tuple(fc.constantFrom('DNS', 'DOMAIN', 'DOMAIN-ROUTE'), fc.string())
      .map(([type, text]) => `dhcp-option ${type} ${text}`),
  );
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([first]) => first }), entries => {
      const dns = parsePushedDns(new Map(entries));
      for (const server of dns.servers) ok(/^[\d.a-f:]+$/i.test(server));
      for (const domain of [...dns.searchDomains, ...dns.routingDomains]) ok(/^[^\s\0-\x1f]+$/.test(domain));
      const options = entries.filter(([, text]) => text.startsWith('dhcp-option ')).length;
      ok(dns.ignored.length <= options + entries.length);
    }),
  );
});
