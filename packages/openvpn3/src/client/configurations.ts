import { type Bus, createProxy } from '@ovpnkit/dbus';
import { ConfigurationManager } from '../contract/configuration.ts';
import { CONFIGURATION, CONFIGURATION_PATH } from '../contract/names.ts';
import { type Configuration, createConfiguration } from './configuration.ts';
import { whenExported } from './when-exported.ts';

export type ImportOptions = {
  /** It survives a restart of the configuration manager. */
  readonly persistent?: boolean;
  /** It is gone once a session has been started with it. */
  readonly singleUse?: boolean;
  readonly tags?: readonly string[];
};

/** The configuration manager, as far as this user may see. */
export type Configurations = {
  /**
   * Imports a profile, everything inline. Nearly any text is taken: `validate` of the configuration says whether it
   * will do. Names need not be unique. Rejects with a DBusError for what is no profile at all.
   */
  import(name: string, profile: string, options?: ImportOptions): Promise<Configuration>;
  list(): Promise<Configuration[]>;
  /** Those of this name. */
  find(name: string): Promise<Configuration[]>;
  withTag(tag: string): Promise<Configuration[]>;
  /** `owner` is a user's name, or the uid in digits. */
  ownedBy(owner: string): Promise<Configuration[]>;
  /** The configuration at this path. Nothing is asked: whether there is one shows when it is used. */
  at(path: string): Configuration;
};

export function configurations(bus: Bus): Configurations {
  const manager = createProxy(bus, ConfigurationManager, {
    destination: CONFIGURATION,
    path: CONFIGURATION_PATH,
  });
  const at = (path: string) => createConfiguration(bus, path);
  return {
    at,
    async import(name, profile, { persistent = false, singleUse = false, tags = [] } = {}) {
      const path = await whenExported(() => manager.call('Import', [name, profile, singleUse, persistent]));
      const configuration = at(path);
      for (const tag of tags) await configuration.addTag(tag);
      return configuration;
    },
    list: async () => (await whenExported(() => manager.call('FetchAvailableConfigs', []))).map(at),
    find: async name => (await whenExported(() => manager.call('LookupConfigName', [name]))).map(at),
    withTag: async tag => (await whenExported(() => manager.call('SearchByTag', [tag]))).map(at),
    ownedBy: async owner => (await whenExported(() => manager.call('SearchByOwner', [owner]))).map(at),
  };
}
