import type { Caller } from '../bus/credentials.ts';
import type {
  Interface,
  InterfaceDefinition,
  MethodIn,
  MethodOut,
  Methods,
  Properties,
  PropertyValue,
} from '../type-system/interface.ts';

/** One access to one member of one object. */
export type Access = {
  readonly caller: Caller;
  readonly operation: 'call' | 'get' | 'set';
  readonly path: string;
  readonly interface: string;
  /** The method or the property. */
  readonly member: string;
};

/** Gets the arguments as a tuple; returns nothing, the value, or a tuple of values. Throws a DBusError to refuse. */
export type MethodHandler<M> = (
  args: MethodIn<M>,
  access: Access,
) => HandlerResult<MethodOut<M>> | Promise<HandlerResult<MethodOut<M>>>;

// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement returns void.
type HandlerResult<T> = T extends undefined ? undefined | void : T;

/** `get` is missing for a property that is only written, `set` for one that is only read. */
export type PropertyHandlers<P> = (P extends { readonly access: 'write' }
  ? unknown
  : { get(): PropertyValue<P> | Promise<PropertyValue<P>> }) &
  (P extends { readonly access: 'read' }
    ? unknown
    : { set(value: PropertyValue<P>, access: Access): void | Promise<void> });

type MethodHandlers<D extends InterfaceDefinition> = {
  [K in keyof Methods<D>]: MethodHandler<Methods<D>[K]>;
};
type AllPropertyHandlers<D extends InterfaceDefinition> = {
  [K in keyof Properties<D>]: PropertyHandlers<Properties<D>[K]>;
};

/** What an interface's members do on one object. */
export type Handlers<D extends InterfaceDefinition> = (D extends { readonly methods: object }
  ? { methods: MethodHandlers<D> }
  : unknown) &
  (D extends { readonly properties: object } ? { properties: AllPropertyHandlers<D> } : unknown);

type AnyProperty = { get?(): unknown; set?(value: unknown, access: Access): unknown };

/** An interface together with its handlers, ready to be exported. */
export type Implementation = {
  readonly interface: Interface;
  method(member: string): (args: readonly unknown[], access: Access) => unknown;
  property(member: string): AnyProperty;
};

/** Binds handlers to an interface. Throws a TypeError when one is missing. */
export function implement<D extends InterfaceDefinition>(
  iface: Interface<D>,
  handlers: Handlers<D>,
): Implementation {
  const { methods = {}, properties = {} } = handlers as {
    methods?: Record<string, (args: readonly unknown[], access: Access) => unknown>;
    properties?: Record<string, AnyProperty>;
  };
  const missing = (member: string) => new TypeError(`${iface.name}.${member} has no handler; implement it`);
  const method = (member: string) => {
    const handler = Object.hasOwn(methods, member) ? methods[member] : undefined;
    if (typeof handler !== 'function') throw missing(member);
    return handler.bind(methods);
  };
  const property = (member: string) => {
    const handler = Object.hasOwn(properties, member) ? properties[member] : undefined;
    const { readable, writable } = iface.properties.get(member) ?? {};
    if (!handler || (readable && !handler.get) || (writable && !handler.set)) throw missing(member);
    return handler;
  };
  const boundMethods = new Map([...iface.methods.keys()].map(member => [member, method(member)]));
  const boundProperties = new Map([...iface.properties.keys()].map(member => [member, property(member)]));
  const found = <T>(members: Map<string, T>, member: string): T => {
    const handler = members.get(member);
    if (!handler) throw missing(member);
    return handler;
  };
  return {
    interface: iface,
    method: member => found(boundMethods, member),
    property: member => found(boundProperties, member),
  };
}
