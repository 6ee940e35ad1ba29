import { type Bus, createProxy, DBusError, defineInterface, type Variant } from '@ovpnkit/dbus';
import { BACKENDS, CONFIGURATION, LOG, LOG_PATH } from '../../contract/names.ts';

/** What a backend reads of a configuration object. */
const Configuration = defineInterface({
  name: CONFIGURATION,
  methods: { Fetch: { out: ['s config'] } },
  properties: {
    name: { type: 's', access: 'read' },
    dco: { type: 'b', access: 'read' },
    overrides: { type: 'a{sv}', access: 'read' },
  },
});

export type FetchedConfiguration = {
  readonly name: string;
  readonly dco: boolean;
  /** Values of other types than text and truth are left out: no override has them. */
  readonly overrides: ReadonlyMap<string, string | boolean>;
  readonly profile: string;
};

/** The session manager gives up after five seconds. */
const TIMEOUT_MS = 4000;

/**
 * Fetches a configuration. The profile comes last, because a single-use configuration is gone with it. Rejects with a
 * DBusError when there is no such object, and with a TimeoutError.
 */
export async function fetchConfiguration(bus: Bus, path: string): Promise<FetchedConfiguration> {
  const configuration = createProxy(bus, Configuration, { destination: CONFIGURATION, path });
  const options = { signal: AbortSignal.timeout(TIMEOUT_MS) };
  const [name, dco, overrides] = await Promise.all([
    configuration.get('name', options),
    configuration.get('dco', options),
    configuration.get('overrides', options).catch(error => {
      if (error instanceof DBusError) return new Map<string, Variant>(); // older managers have none
      throw error;
    }),
  ]);
  const profile = await configuration.call('Fetch', [], options);
  return { name, dco, overrides: textAndTruth(overrides), profile };
}

function textAndTruth(overrides: ReadonlyMap<string, Variant>): Map<string, string | boolean> {
  const known = new Map<string, string | boolean>();
  for (const [key, variant] of overrides) {
    const value = variant.as('s') ?? variant.as('b');
    if (value !== undefined) known.set(key, value);
  }
  return known;
}

/** Tells the log service that what we log is of this session. Rejects when it does not know us, or not answer. */
export async function assignSession(bus: Bus, sessionPath: string): Promise<void> {
  await callLog(bus, 'AssignSession', 'os', [sessionPath, BACKENDS]);
}

/** Subscribes the log service to the Log signals of one of our interfaces. */
export async function attachToLog(bus: Bus, iface: string): Promise<void> {
  await callLog(bus, 'Attach', 's', [iface]);
}

async function callLog(bus: Bus, member: string, signature: string, body: unknown[]): Promise<void> {
  const call = { destination: LOG, path: LOG_PATH, interface: LOG, member, signature, body };
  await bus.call(call, { timeoutMs: TIMEOUT_MS });
}
