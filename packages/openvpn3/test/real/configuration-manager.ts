// A stand-in of the configuration manager: profiles that a test registers.
import { defineInterface, implement, type Variant } from '@ovpnkit/dbus';
import { CONFIGURATION, CONFIGURATION_PATH } from '@ovpnkit/openvpn3';
import { type StandIn, startStandIn } from './stand-in.ts';
import type { SystemBus } from './system-bus.ts';

export type ConfigurationOptions = {
  /** 'profile' when absent. */
  readonly name?: string;
  readonly dco?: boolean;
  readonly overrides?: ReadonlyMap<string, Variant>;
  /** Gone once it has been fetched. */
  readonly singleUse?: boolean;
};

export type ConfigurationManager = StandIn & {
  /** Makes an object of a profile, and gives its path. */
  register(profile: string, options?: ConfigurationOptions): string;
  /** What was called or read, in order: `Fetch /net/…`, `name /net/…`. */
  readonly accesses: readonly string[];
};

const Configurations = defineInterface({
  name: CONFIGURATION,
  properties: { version: { type: 's', access: 'read' } },
});
const Configuration = defineInterface({
  name: CONFIGURATION,
  methods: { Fetch: { out: ['s config'] } },
  properties: {
    name: { type: 's', access: 'read' },
    dco: { type: 'b', access: 'read' },
    overrides: { type: 'a{sv}', access: 'read' },
    single_use: { type: 'b', access: 'read' },
    valid: { type: 'b', access: 'read' },
  },
});

export async function startConfigurationManager(systemBus: SystemBus): Promise<ConfigurationManager> {
  const accesses: string[] = [];
  const { standIn, server } = await startStandIn(systemBus, CONFIGURATION, {
    [CONFIGURATION_PATH]: implement(Configurations, { properties: { version: { get: () => 'v27' } } }),
  });
  let count = 0;
  return {
    ...standIn,
    accesses,
    register(profile, options = {}) {
      const { name = 'profile', dco = false, overrides = new Map(), singleUse = false } = options;
      const path = `${CONFIGURATION_PATH}/profile${++count}`;
      const read = <T>(property: string, value: T) => ({
        get: () => {
          accesses.push(`${property} ${path}`);
          return value;
        },
      });
      server.export(
        path,
        implement(Configuration, {
          methods: {
            Fetch() {
              accesses.push(`Fetch ${path}`);
              // Behind the answer, which still comes from the object.
              if (singleUse) setImmediate(() => server.remove(path));
              return profile;
            },
          },
          properties: {
            name: read('name', name),
            dco: read('dco', dco),
            overrides: read('overrides', new Map(overrides)),
            single_use: read('single_use', singleUse),
            valid: read('valid', true),
          },
        }),
      );
      return path;
    },
  };
}
