import { type Implementation, implement } from '@ovpnkit/dbus';
import { BackendClientDocumented, BackendClientV27 } from '../../contract/backend-client.ts';
import type { Dialect } from '../../contract/dialect.ts';
import { invalidArgs } from '../../contract/errors.ts';
import { HIGHEST_LOG_LEVEL } from '../../contract/log.ts';
import { formatStatus } from '../../contract/status.ts';
import type { Announcer } from './announcer.ts';
import type { Backend } from './backend.ts';
import { numberQueue } from './user-input.ts';

/** The members of net.openvpn.v3.backends on the one object of the process. */
export function implementBackend(backend: Backend, announcer: Announcer, dialect: Dialect): Implementation {
  const { tunnel, network } = backend;
  const queue = () => numberQueue(tunnel.state.queue, dialect);
  const methods = {
    async RegistrationConfirmation(args: [string, string] | [string, string, string]) {
      return args.length === 3
        ? backend.confirm(args[0], args[1], args[2])
        : backend.confirm(args[0], undefined, args[1]);
    },
    Ping: () => true,
    Ready: () => tunnel.call({ type: 'Ready' }),
    Connect: () => tunnel.call({ type: 'Connect' }),
    Pause: ([reason]: [string]) => tunnel.call({ type: 'Pause', reason }),
    Resume: () => tunnel.call({ type: 'Resume' }),
    Restart: () => tunnel.call({ type: 'Restart' }),
    Disconnect: () => tunnel.call({ type: 'Disconnect' }),
    ForceShutdown: () => tunnel.call({ type: 'ForceShutdown' }),
    UserInputQueueGetTypeGroup: () => queue().typeGroups(),
    UserInputQueueCheck: ([type, group]: [number, number]) => queue().check(type, group),
    UserInputQueueFetch: ([type, group, id]: [number, number, number]) => queue().fetch(type, group, id),
    UserInputProvide([type, group, id, value]: [number, number, number, string]) {
      const entry = queue().find(type, group, id);
      return tunnel.call({
        type: 'UserInputProvide',
        attention: entry.type,
        group: entry.group,
        id,
        value,
      });
    },
  };
  const properties = {
    connection: {
      get(): [string, string, string, number] {
        const { protocol = '', host = '', address = '', port = 0 } = tunnel.endpoint ?? {};
        return [protocol, host, address, port];
      },
    },
    dco: {
      get: () => backend.dco,
      set(value: boolean) {
        backend.dco = value;
      },
    },
    device_name: { get: () => tunnel.device?.name ?? '' },
    device_path: { get: () => network.devicePath ?? '/' },
    last_log_line: { get: () => announcer.lastLogLine },
    log_level: {
      get: () => announcer.logLevel,
      set(value: number) {
        if (value > HIGHEST_LOG_LEVEL)
          throw invalidArgs(`The log level ${value} is higher than ${HIGHEST_LOG_LEVEL}`);
        announcer.logLevel = value;
      },
    },
    session_name: { get: () => tunnel.endpoint?.host ?? '' },
    session_path: { get: () => backend.sessionPath },
    statistics: { get: () => tunnel.statistics() },
    status: { get: () => formatStatus(tunnel.state.status) },
  };
  return dialect === 'v27'
    ? implement(BackendClientV27, { methods, properties })
    : implement(BackendClientDocumented, { methods, properties });
}
