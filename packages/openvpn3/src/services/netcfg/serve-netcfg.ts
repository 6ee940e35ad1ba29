import { NETCFG, NETCFG_PATH } from '../../contract/names.ts';
import { NetworkChangeType, NetworkConfiguration } from '../../contract/netcfg.ts';
import type { ServiceOptions } from '../host/options.ts';
import { serveService } from '../host/service-host.ts';
import { authorizeNetcfg } from './authorize.ts';
import { createDevices } from './devices.ts';
import { implementNetcfg } from './netcfg-object.ts';
import { createSubscribers } from './subscribers.ts';

const IDLE_MS = 300_000;

/**
 * Runs the network configuration service until nobody needs it: it knows the devices of running tunnels, which the
 * daemons make themselves, and hands their DNS to the resolver. At its end devices stay as they are, DNS included: their
 * tunnels go on. Rejects when it cannot begin.
 */
export async function serveNetcfg(options: ServiceOptions): Promise<void> {
  await serveService(options, {
    name: NETCFG,
    path: NETCFG_PATH,
    title: 'OpenVPN 3 Network Configuration',
    logGroup: 'NETCFG',
    idleMs: IDLE_MS,
    start(host) {
      const subscribers = createSubscribers(host.hold);
      const devices = createDevices({
        host,
        notify(path, device, changes) {
          for (const { type, details } of changes) {
            const number = NetworkChangeType[type];
            for (const to of subscribers.of(number)) {
              const args: [number, string, Map<string, string>] = [number, device, new Map(details)];
              host.server.emit(path, NetworkConfiguration, 'NetworkChange', args, { to });
            }
          }
        },
      });
      host.server.export(NETCFG_PATH, implementNetcfg(host, devices, subscribers));
      return { authorize: authorizeNetcfg(process.getuid?.()), end: async () => devices.forget() };
    },
  });
}
