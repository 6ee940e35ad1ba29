import type { Bus } from '@ovpnkit/dbus';
import type { LogCategoryName } from '../../contract/log.ts';
import { createLinkDns } from '../../tunnel/dns/link-dns.ts';
import type { WantedDns } from './wanted-dns.ts';

type Log = (category: LogCategoryName, message: string) => void;

/** Hands the DNS of a tunnel to the system's resolver while its device is up. */
export type TunnelDns = {
  up(device: string, wanted: WantedDns): void;
  down(): void;
  /** Resolves when everything is taken back. */
  settled(): Promise<void>;
};

export function createTunnelDns(bus: Bus, log: Log): TunnelDns {
  const linkDns = createLinkDns(bus);
  let last: Promise<void> = Promise.resolve();

  const watch = (change: Promise<void>): void => {
    last = change.catch((error: Error) => log('ERROR', `DNS: ${error.message}`));
  };

  async function apply(device: string, { dns, scope }: WantedDns): Promise<void> {
    const problem = await linkDns.apply(device, dns, scope);
    if (problem !== undefined) {
      log('WARN', `The DNS settings of the server are not applied: ${problem}`);
      return;
    }
    log(
      'VERB2',
      `DNS servers of ${device}: ${dns.servers.join(', ')}; search domains: ${dns.searchDomains.join(', ')}`,
    );
  }

  async function revert(): Promise<void> {
    const problem = await linkDns.revert();
    if (problem !== undefined) log('WARN', `The DNS settings could not be taken back: ${problem}`);
  }

  return {
    up(device, wanted) {
      const { servers, searchDomains, routingDomains } = wanted.dns;
      if (servers.length + searchDomains.length + routingDomains.length > 0) watch(apply(device, wanted));
    },
    down: () => watch(revert()),
    settled: () => last,
  };
}
