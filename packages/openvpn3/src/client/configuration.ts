import { type Bus, createProxy, type InterfaceProxy, Variant } from '@ovpnkit/dbus';
import { Configuration as ConfigurationInterface } from '../contract/configuration.ts';
import { CONFIGURATION } from '../contract/names.ts';

type ConfigurationProxy = InterfaceProxy<typeof ConfigurationInterface.definition>;

/**
 * A configuration of the configuration manager. Everything rejects with a DBusError when it is gone, or refuses, or is
 * not this user's; `errorText` gives the sentence of its message.
 */
export type Configuration = {
  readonly path: string;
  /** Any property of it by its name on the bus. */
  readonly get: ConfigurationProxy['get'];
  readonly set: ConfigurationProxy['set'];
  /** All properties that this user may read. */
  readonly properties: ConfigurationProxy['getAll'];
  /** Rejects with a DBusError that says why no session can be started with it. */
  validate(): Promise<void>;
  /** The profile, keys included. */
  fetch(): Promise<string>;
  /** The profile as the JSON text of the configuration manager. */
  fetchJson(): Promise<string>;
  overrides(): Promise<Map<string, string | boolean>>;
  setOverride(name: string, value: string | boolean): Promise<void>;
  unsetOverride(name: string): Promise<void>;
  addTag(tag: string): Promise<void>;
  removeTag(tag: string): Promise<void>;
  grant(uid: number): Promise<void>;
  revoke(uid: number): Promise<void>;
  /** Nobody can change it from now on, for ever. */
  seal(): Promise<void>;
  remove(): Promise<void>;
};

export function createConfiguration(bus: Bus, path: string): Configuration {
  const configuration = createProxy(bus, ConfigurationInterface, { destination: CONFIGURATION, path });
  const { get, set, getAll: properties, call } = configuration;
  return {
    path,
    get,
    set,
    properties,
    validate: () => call('Validate', []),
    fetch: () => call('Fetch', []),
    fetchJson: () => call('FetchJSON', []),
    overrides: async () => overrideValues(await get('overrides')),
    setOverride: (name, value) =>
      call('SetOverride', [name, new Variant(typeof value === 'string' ? 's' : 'b', value)]),
    unsetOverride: name => call('UnsetOverride', [name]),
    addTag: tag => call('AddTag', [tag]),
    removeTag: tag => call('RemoveTag', [tag]),
    grant: uid => call('AccessGrant', [uid]),
    revoke: uid => call('AccessRevoke', [uid]),
    seal: () => call('Seal', []),
    remove: () => call('Remove', []),
  };
}

/** The property `overrides` as plain values. Those of other types than text and truth are left out: none is known. */
export function overrideValues(overrides: ReadonlyMap<string, Variant>): Map<string, string | boolean> {
  return new Map(
    [...overrides].flatMap(([name, variant]) => {
      const value = variant.as('s') ?? variant.as('b');
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
