import { type DBusError, type Finder, standardError } from '@ovpnkit/dbus';
import { ConfigurationManager, ManagerEventType } from '../../contract/configuration.ts';
import { backendName, CONFIGURATION_PATH } from '../../contract/names.ts';
import type { ServiceHost } from '../host/service-host.ts';
import { whyDenied } from './access.ts';
import type { Configuration } from './configuration.ts';
import { type ConfigurationKeeper, implementConfiguration } from './configuration-object.ts';
import type { Configurations } from './configurations.ts';

/** What the objects of the service do together: configurations, and what is told of them. */
export type ConfigurationService = ConfigurationKeeper & {
  all(): readonly Configuration[];
  checkRoom: Configurations['checkRoom'];
  add(configuration: Configuration): Promise<void>;
  /** The objects of the configurations. */
  readonly finder: Finder;
};

export function createConfigurationService(
  host: Pick<ServiceHost, 'bus' | 'server' | 'hold' | 'logFrom'>,
  configurations: Configurations,
): ConfigurationService {
  /** Those that nothing but this process has keep it running. */
  const held = new Map<string, () => void>();

  const announce = (type: keyof typeof ManagerEventType, { path, owner }: Configuration): void => {
    const args: [string, number, number] = [path, ManagerEventType[type], owner];
    host.server.emit(CONFIGURATION_PATH, ConfigurationManager, 'ConfigurationManagerEvent', args);
  };

  const service: ConfigurationService = {
    get(path) {
      const configuration = configurations.get(path);
      if (!configuration) throw noObject(path);
      return configuration;
    },
    all: configurations.all,
    checkRoom: configurations.checkRoom,
    async add(configuration) {
      await configurations.add(configuration);
      if (!configuration.persistent) held.set(configuration.path, host.hold());
      announce('CREATED', configuration);
    },
    async update(access, change) {
      const done = await service.replace(access.path, now => {
        // Asked again: what stood before this change in the queue may have sealed it, or given it to somebody else.
        const refusal = whyDenied(now, access, process.getuid?.());
        if (refusal) throw refusal;
        return change(now);
      });
      if (!done) throw noObject(access.path);
    },
    replace: async (path, change) => (await configurations.update(path, change)) !== undefined,
    async remove(path) {
      const removed = await configurations.remove(path);
      if (!removed) throw noObject(path);
      announce('DESTROYED', removed);
      held.get(path)?.();
      held.delete(path);
    },
    async isBackend({ name, pid }) {
      if (pid === undefined) return false;
      return (await ownerOf(backendName(pid))) === name;
    },
    finder: {
      find: path => configurations.get(path) && [implementConfiguration(path, service, host.logFrom(path))],
      list: () => configurations.all().map(({ path }) => path),
    },
  };

  async function ownerOf(name: string): Promise<unknown> {
    const bus = 'org.freedesktop.DBus';
    const call = {
      destination: bus,
      path: '/org/freedesktop/DBus',
      interface: bus,
      member: 'GetNameOwner',
      signature: 's',
      body: [name],
    };
    return host.bus.call(call).then(
      ({ body }) => body[0],
      () => undefined,
    );
  }

  return service;
}

const noObject = (path: string): DBusError =>
  standardError('UnknownMethod', `Object does not exist at path “${path}”`);
