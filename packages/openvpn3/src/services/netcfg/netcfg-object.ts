import { existsSync } from 'node:fs';
import { type Implementation, implement } from '@ovpnkit/dbus';
import { glibError } from '../../contract/errors.ts';
import { HIGHEST_LOG_LEVEL } from '../../contract/log.ts';
import { NetworkConfiguration } from '../../contract/netcfg.ts';
import { API_VERSION } from '../host/api-version.ts';
import { denied } from '../host/refusals.ts';
import type { ServiceHost } from '../host/service-host.ts';
import { incorrectLogLevel } from '../log/incorrect-log-level.ts';
import type { Devices } from './devices.ts';
import type { Subscribers } from './subscribers.ts';

const LARGEST_FILTER = 65535;

/** The members of net.openvpn.v3.netcfg on its main object. */
export function implementNetcfg(
  host: ServiceHost,
  devices: Devices,
  subscribers: Subscribers,
): Implementation {
  const inForce = (list: 'servers' | 'searchDomains') => [
    ...new Set([...devices].flatMap(({ dns }) => dns?.[list] ?? [])),
  ];
  return implement(NetworkConfiguration, {
    methods: {
      CreateVirtualInterface: ([name], { caller }) => devices.create(caller, name),
      FetchInterfaceList: () => devices.paths,
      // The daemon routes around its own tunnel.
      ProtectSocket: () => true,
      // What daemons of OpenVPN 2.6 offload to.
      DcoAvailable: () => existsSync('/sys/module/ovpn_dco_v2'),
      Cleanup: (_, { caller }) => devices.cleanUp(caller.name),
      NotificationSubscribe([filter], { caller }) {
        if (filter === 0) throw glibError('netcfg', 'Subscription filter flag must be > 0');
        // It is allowed, whatever the text of deployed programs says.
        if (filter > LARGEST_FILTER)
          throw glibError('netcfg', `Invalid subscription flag, must be < ${LARGEST_FILTER}`);
        subscribers.add(caller, filter);
      },
      NotificationUnsubscribe([subscriber], access) {
        const { name, uid } = access.caller;
        if (uid !== 0) {
          if (!subscribers.remove(name)) throw denied(access);
          return;
        }
        if (subscriber === '') throw glibError('netcfg', 'Failed to retrieve subscriber');
        if (!subscribers.remove(subscriber))
          throw glibError('netcfg', `Subscription not found for '${subscriber}'`);
      },
      NotificationSubscriberList: () => subscribers.list,
    },
    properties: {
      // Nothing is kept.
      config_file: { get: () => '' },
      global_dns_search: { get: () => inForce('searchDomains') },
      global_dns_servers: { get: () => inForce('servers') },
      log_level: {
        get: () => host.logLevel,
        set(level: number) {
          if (level > HIGHEST_LOG_LEVEL) throw incorrectLogLevel(level);
          host.logLevel = level;
        },
      },
      version: { get: () => API_VERSION },
    },
  });
}
