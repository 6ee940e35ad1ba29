import type { Access } from '@ovpnkit/dbus';
import { CONFIGURATION, CONFIGURATION_PATH } from '../../contract/names.ts';
import type { ServiceOptions } from '../host/options.ts';
import { denied } from '../host/refusals.ts';
import { type Service, type ServiceHost, serveService } from '../host/service-host.ts';
import { whyDenied } from './access.ts';
import { openConfigurationFolder } from './configuration-folder.ts';
import { createConfigurationService } from './configuration-service.ts';
import { createConfigurations } from './configurations.ts';
import { implementManager } from './manager-object.ts';

const STATE_DIR = '/var/lib/openvpn3/configs';
const IDLE_MS = 3 * 60_000;

/**
 * Runs the configuration manager until nobody has called it for a while, a signal ends it or the bus is gone. It keeps
 * persistent configurations in `stateDir`; others keep it running. Rejects when it cannot begin.
 */
export const serveConfiguration = (options: ServiceOptions): Promise<void> =>
  serveService(options, {
    name: CONFIGURATION,
    path: CONFIGURATION_PATH,
    title: 'OpenVPN 3 Configuration Manager',
    logGroup: 'CONFIGMGR',
    idleMs: IDLE_MS,
    start,
  });

async function start(host: ServiceHost): Promise<Service> {
  const folder = await openConfigurationFolder(host.options.stateDir ?? STATE_DIR);
  for (const { category, text } of folder.problems) host.log(category, text);
  const configurations = createConfigurations(folder, folder.stored);
  const service = createConfigurationService(host, configurations);
  host.server.export(CONFIGURATION_PATH, implementManager(service, host));
  host.server.exportBelow(CONFIGURATION_PATH, service.finder);
  return {
    authorize(access: Access) {
      const { caller, path, interface: iface, member } = access;
      if (caller.uid === undefined) return false;
      // Introspect and Ping.
      if (iface !== CONFIGURATION) return true;
      if (path === CONFIGURATION_PATH) {
        if (member === 'TransferOwnership' && caller.uid !== 0) throw denied(access);
        return true;
      }
      const refusal = whyDenied(service.get(path), access, process.getuid?.());
      if (refusal) throw refusal;
      return true;
    },
    end: configurations.settled,
  };
}
