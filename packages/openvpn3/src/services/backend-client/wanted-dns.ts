import type { Environment } from '@ovpnkit/management';
import { type PushedDns, parsePushedDns } from '../../tunnel/dns/pushed-dns.ts';
import type { DnsScope } from '../../tunnel/dns/resolve1.ts';
import type { Settings } from '../../tunnel/profile/overrides.ts';

/** How names are to be resolved while the tunnel is up; with empty lists, as without it. */
export type WantedDns = { readonly dns: PushedDns; readonly scope: DnsScope };

const googleServers = ['8.8.8.8', '8.8.4.4'];

/** What the server pushed, and what the overrides of the profile say to it. */
export function wantedDns(env: Environment, settings: Settings | undefined): WantedDns {
  const scope = settings?.dnsScope ?? 'global';
  if (settings?.dnsSetupDisabled) return { dns: nothing, scope };
  const pushed = parsePushedDns(env);
  const servers = pushed.servers.length === 0 && settings?.dnsFallbackGoogle ? googleServers : pushed.servers;
  return { dns: { ...pushed, servers }, scope };
}

const nothing: PushedDns = {
  servers: [],
  searchDomains: [],
  routingDomains: [],
  dnssec: undefined,
  ignored: [],
};
