import type { Bus } from '../bus/bus.ts';
import type { CallOptions } from '../bus/pending-calls.ts';
import type { Subscription } from '../bus/subscriptions.ts';
import { DBusError, EncodeError } from '../type-system/errors.ts';
import type {
  Interface,
  InterfaceDefinition,
  MethodForm,
  MethodIn,
  MethodOut,
  Methods,
  Names,
  Properties,
  PropertyValue,
  SignalArgs,
  Signals,
} from '../type-system/interface.ts';
import { Properties as PropertiesInterface } from '../type-system/properties.ts';
import { Variant } from '../type-system/value.ts';
import { encodeBody } from '../type-system/wire-body.ts';

export type ProxyTarget = { readonly destination: string; readonly path: string };

/** One interface of somebody else's object. Calls reject as `Bus.call` does. */
export type InterfaceProxy<D extends InterfaceDefinition> = {
  /** Calls a method with its arguments as a tuple; gives nothing, the value, or a tuple of values. */
  call<M extends Names<Methods<D>>>(
    method: M,
    args: MethodIn<Methods<D>[M]>,
    options?: CallOptions,
  ): Promise<MethodOut<Methods<D>[M]>>;
  get<P extends Names<Properties<D>>>(
    property: P,
    options?: CallOptions,
  ): Promise<PropertyValue<Properties<D>[P]>>;
  set<P extends Names<Properties<D>>>(
    property: P,
    value: PropertyValue<Properties<D>[P]>,
    options?: CallOptions,
  ): Promise<void>;
  /** What this caller may read. Properties that the definition does not have are left out. */
  getAll(options?: CallOptions): Promise<{ [P in Names<Properties<D>>]?: PropertyValue<Properties<D>[P]> }>;
  /** Gets the arguments of a signal that this object's owner sends. Signals with other arguments are ignored. */
  on<S extends Names<Signals<D>>>(
    signal: S,
    listener: (args: SignalArgs<Signals<D>[S]>) => void,
  ): Promise<Subscription>;
};

/** A typed view of an object that a service offers. Nothing is sent before the first call. */
export function createProxy<D extends InterfaceDefinition>(
  bus: Bus,
  iface: Interface<D>,
  { destination, path }: ProxyTarget,
): InterfaceProxy<D> {
  type Values = { [P in Names<Properties<D>>]?: PropertyValue<Properties<D>[P]> };

  async function invoke(
    of: Interface,
    member: string,
    args: readonly unknown[],
    options?: CallOptions,
  ): Promise<readonly unknown[]> {
    const form = selectForm(of, member, args);
    const call = { destination, path, interface: of.name, member, signature: form.in, body: args };
    const { signature, body } = await bus.call(call, options);
    if (signature === form.out) return body;
    throw mismatch(`${of.name}.${member} of ${destination}`, signature, form.out);
  }

  return {
    async call(method, args, options) {
      const out = await invoke(iface, method, args as readonly unknown[], options);
      // The signature has been compared, so the values have these types.
      return (out.length > 1 ? out : out[0]) as MethodOut<Methods<D>[typeof method]>;
    },
    async get(property, options) {
      const [value] = await invoke(PropertiesInterface, 'Get', [iface.name, property], options);
      const { type } = propertyOf(iface, property);
      if (!(value instanceof Variant) || value.signature !== type) {
        const got = value instanceof Variant ? value.signature : '';
        throw mismatch(`the property ${iface.name}.${property} of ${destination}`, got, type);
      }
      return value.value as PropertyValue<Properties<D>[typeof property]>;
    },
    async set(property, value, options) {
      const { type } = propertyOf(iface, property);
      await invoke(PropertiesInterface, 'Set', [iface.name, property, new Variant(type, value)], options);
    },
    async getAll(options) {
      const [all] = await invoke(PropertiesInterface, 'GetAll', [iface.name], options);
      const known = [...(all as Map<string, Variant>)].filter(
        ([member, { signature }]) => iface.properties.get(member)?.type === signature,
      );
      return Object.fromEntries(known.map(([member, { value }]) => [member, value])) as Values;
    },
    on(signal, listener) {
      const wanted = iface.signals.get(signal);
      if (wanted === undefined) throw new EncodeError(`${iface.name} has no signal '${signal}'`);
      return bus.subscribe(
        { sender: destination, path, interface: iface.name, member: signal },
        ({ signature, body }) => {
          if (signature === wanted) listener(body as SignalArgs<Signals<D>[typeof signal]>);
        },
      );
    },
  };
}

/** The form of a method that these arguments fit; the first one when none does, for its message. */
function selectForm(iface: Interface, member: string, args: readonly unknown[]): MethodForm {
  const forms = iface.methods.get(member) ?? [];
  const [first] = forms;
  if (!first) throw new EncodeError(`${iface.name} has no method '${member}'`);
  if (forms.length === 1) return first;
  return forms.find(form => fits(form, args)) ?? first;
}

function fits(form: MethodForm, args: readonly unknown[]): boolean {
  try {
    encodeBody(form.in, args);
    return true;
  } catch {
    return false;
  }
}

function propertyOf(iface: Interface, property: string) {
  const found = iface.properties.get(property);
  if (!found) throw new EncodeError(`${iface.name} has no property '${property}'`);
  return found;
}

function mismatch(what: string, got: string, wanted: string): DBusError {
  return new DBusError(
    'org.freedesktop.DBus.Error.InvalidSignature',
    `${what} has the signature '${got}' where '${wanted}' belongs; is its definition another version?`,
  );
}
