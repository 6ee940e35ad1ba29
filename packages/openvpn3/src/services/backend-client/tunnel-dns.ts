import type { Bus } from '@ovpnkit/dbus';
import type { Environment } from '@ovpnkit/management';
import type { LogCategoryName } from '../../contract/log.ts';
import { ifIndex } from '../../tunnel/dns/if-index.ts';
import { type PushedDns, parsePushedDns } from '../../tunnel/dns/pushed-dns.ts';
import { applyDns, revertDns } from '../../tunnel/dns/resolve1.ts';
import type { Device } from '../../tunnel/endpoint.ts';
import type { Settings } from '../../tunnel/profile/overrides.ts';

type Log = (category: LogCategoryName, message: string) => void;

/** Hands the DNS of a tunnel to the system's resolver while its device is up. */
export type TunnelDns = {
  up(device: Device, env: Environment, settings: Settings | undefined): void;
  down(): void;
  /** Resolves when everything is taken back. */
  settled(): Promise<void>;
};

const googleServers = ['8.8.8.8', '8.8.4.4'];

export function createTunnelDns(bus: Bus, log: Log): TunnelDns {
  /** One change at a time, in their order. */
  let changes: Promise<void> = Promise.resolve();
  let applied: number | undefined;

  const queue = (change: () => Promise<void>): void => {
    changes = changes.then(change).catch((error: Error) => log('ERROR', `DNS: ${error.message}`));
  };

  async function apply(device: Device, dns: PushedDns, scope: 'global' | 'tunnel'): Promise<void> {
    const index = await ifIndex(device.name);
    if (index === undefined) {
      log('WARN', `The DNS settings of the server are not applied: the device ${device.name} is down again`);
      return;
    }
    const problem = await applyDns(bus, index, dns, scope);
    if (problem !== undefined) {
      log('WARN', `The DNS settings of the server are not applied: ${problem}`);
      return;
    }
    applied = index;
    log(
      'VERB2',
      `DNS servers of ${device.name}: ${dns.servers.join(', ')}; search domains: ${dns.searchDomains.join(', ')}`,
    );
  }

  async function revert(): Promise<void> {
    if (applied === undefined) return;
    const problem = await revertDns(bus, applied);
    applied = undefined;
    if (problem !== undefined) log('WARN', `The DNS settings could not be taken back: ${problem}`);
  }

  return {
    up(device, env, settings) {
      if (settings?.dnsSetupDisabled) return;
      const pushed = parsePushedDns(env);
      for (const ignored of pushed.ignored) log('WARN', `DNS: ${ignored}`);
      const dns =
        pushed.servers.length === 0 && settings?.dnsFallbackGoogle
          ? { ...pushed, servers: googleServers }
          : pushed;
      if (dns.servers.length + dns.searchDomains.length + dns.routingDomains.length === 0) return;
      queue(() => apply(device, dns, settings?.dnsScope ?? 'global'));
    },
    down: () => queue(revert),
    settled: () => changes,
  };
}
