// A stand-in of the session manager, by which a test does to a backend whatever it likes.
import { type CallOptions, defineInterface, implement, Variant } from '@ovpnkit/dbus';
import { BACKEND_SESSION_PATH, BACKENDS, BackendClientV27, SESSIONS, SESSIONS_PATH } from '@ovpnkit/openvpn3';
import { type Answer, ask } from './answer.ts';
import { type StandIn, startStandIn } from './stand-in.ts';
import type { SystemBus } from './system-bus.ts';

export type BackendCallOptions = CallOptions & {
  /** Of the arguments, in place of what the contract says. */
  readonly signature?: string;
};

export type SessionManager = StandIn & {
  /** Calls a method of the backend with this bus name. */
  call(
    backend: string,
    member: string,
    args?: readonly unknown[],
    options?: BackendCallOptions,
  ): Promise<Answer>;
  /** `ok` holds one Variant. */
  get(backend: string, property: string): Promise<Answer>;
  /** `ok` holds one Map of Variants. */
  getAll(backend: string): Promise<Answer>;
  set(backend: string, property: string, value: Variant): Promise<Answer>;
};

const Sessions = defineInterface({
  name: SESSIONS,
  properties: { version: { type: 's', access: 'read' } },
});
const SessionsWithoutVersion = defineInterface({ name: SESSIONS, signals: {} });

/** `version` is what it announces itself as; `null` for a session manager without that property. */
export async function startSessionManager(
  systemBus: SystemBus,
  version: string | null,
): Promise<SessionManager> {
  const main =
    version === null
      ? implement(SessionsWithoutVersion, {})
      : implement(Sessions, { properties: { version: { get: () => version } } });
  const { standIn, bus } = await startStandIn(systemBus, SESSIONS, { [SESSIONS_PATH]: main });

  const at = (destination: string) => ({ destination, path: BACKEND_SESSION_PATH });
  const properties = (
    backend: string,
    member: string,
    signature: string,
    body: readonly unknown[],
  ): Promise<Answer> =>
    ask(bus, { ...at(backend), interface: 'org.freedesktop.DBus.Properties', member, signature, body });

  return {
    ...standIn,
    call(backend, member, args = [], { signature, ...options } = {}) {
      const types = signature ?? signatureOf(member, args.length);
      return ask(bus, { ...at(backend), interface: BACKENDS, member, signature: types, body: args }, options);
    },
    get: (backend, property) => properties(backend, 'Get', 'ss', [BACKENDS, property]),
    getAll: backend => properties(backend, 'GetAll', 's', [BACKENDS]),
    set: (backend, property, value) => properties(backend, 'Set', 'ssv', [BACKENDS, property, value]),
  };
}

/** The form of a method that takes so many arguments; the first one when none does, and no arguments without a form. */
function signatureOf(member: string, count: number): string {
  const { methods = {} } = BackendClientV27.definition;
  if (!(member in methods)) return '';
  const forms = BackendClientV27.methods.get(member)?.map(form => form.in) ?? [];
  // All arguments of this contract are basic types: a letter each.
  return forms.find(form => form.length === count) ?? forms[0] ?? '';
}

/** A property's value as `set` takes it, with the type that the contract gives it. */
export function propertyVariant(property: string, value: unknown): Variant {
  const known = BackendClientV27.properties.get(property);
  if (known === undefined) throw new TypeError(`the backend has no property ${property}; give a Variant`);
  return new Variant(known.type, value);
}
