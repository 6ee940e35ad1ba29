import type { Environment } from '@ovpnkit/management';

/** What one `dns server n …` says, from the variables `dns_server_{n}_…` of OpenVPN 2.6. Nothing is checked yet. */
export type DnsServer = {
  /** The daemon's number, 1 for the server that comes first. */
  readonly number: number;
  readonly addresses: readonly { readonly address: string; readonly port: string | undefined }[];
  readonly resolveDomains: readonly string[];
  /** `yes`, `optional` or `no`. */
  readonly dnssec: string | undefined;
  /** `DoH`, `DoT` or `plain`. */
  readonly transport: string | undefined;
};

/** The servers in the order in which they are to be asked. The daemon numbers without gaps. */
export function dnsServersOf(env: Environment): DnsServer[] {
  const servers: DnsServer[] = [];
  for (let number = 1; ; number++) {
    const prefix = `dns_server_${number}_`;
    const addresses = numbered(env, `${prefix}address_`).map((address, index) => ({
      address,
      port: env.get(`${prefix}port_${index + 1}`),
    }));
    if (addresses.length === 0) return servers;
    servers.push({
      number,
      addresses,
      resolveDomains: numbered(env, `${prefix}resolve_domain_`),
      dnssec: env.get(`${prefix}dnssec`),
      transport: env.get(`${prefix}transport`),
    });
  }
}

/** The values of `prefix1`, `prefix2` and so on. */
export function numbered(env: Environment, prefix: string): string[] {
  const values: string[] = [];
  for (;;) {
    const value = env.get(`${prefix}${values.length + 1}`);
    if (value === undefined) return values;
    values.push(value);
  }
}
