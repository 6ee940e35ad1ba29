import { isInterfaceName, isMemberName } from './names.ts';
import { parseSignature, parseSingleType } from './signature.ts';
import type { Value } from './value.ts';

/** A type and a name, as D-Bus documentation writes them: `'s token'`, `'a{sv} options'`. */
export type Argument = `${string} ${string}`;

/** `org.freedesktop.DBus.Deprecated` and the like, for introspection only. */
export type Annotations = { readonly [name: string]: string };

export type MethodDefinition = {
  readonly in?: readonly Argument[];
  readonly out?: readonly Argument[];
  readonly annotations?: Annotations;
};

export type SignalDefinition = { readonly args?: readonly Argument[]; readonly annotations?: Annotations };

export type PropertyDefinition = {
  /** One complete type. */
  readonly type: string;
  readonly access: 'read' | 'write' | 'readwrite';
  /**
   * What PropertiesChanged tells everybody: the new value (when absent), that there is one (for values that not
   * everybody may read), or nothing.
   */
  readonly emits?: 'value' | 'invalidates' | 'const' | 'none';
  readonly annotations?: Annotations;
};

export type InterfaceDefinition = {
  readonly name: string;
  /** Several definitions of one method differ in their `in`; introspection shows the first. */
  readonly methods?: { readonly [member: string]: MethodDefinition | readonly MethodDefinition[] };
  readonly signals?: { readonly [member: string]: SignalDefinition };
  readonly properties?: { readonly [member: string]: PropertyDefinition };
  readonly annotations?: Annotations;
};

/** One accepted form of a method. */
export type MethodForm = { readonly in: string; readonly out: string; readonly outs: number };

export type Property = {
  readonly type: string;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly emits: 'value' | 'invalidates' | 'const' | 'none';
};

/** A checked definition. Members are looked up in maps, so no name that a peer sends finds an inherited one. */
export type Interface<D extends InterfaceDefinition = InterfaceDefinition> = {
  readonly name: string;
  readonly definition: D;
  readonly methods: ReadonlyMap<string, readonly MethodForm[]>;
  /** Each signal's signature. */
  readonly signals: ReadonlyMap<string, string>;
  readonly properties: ReadonlyMap<string, Property>;
};

/** Checks a definition. Handlers, proxies, introspection and every check of arguments derive from the result. */
export function defineInterface<const D extends InterfaceDefinition>(definition: D): Interface<D> {
  const { name, methods = {}, signals = {}, properties = {} } = definition;
  if (!isInterfaceName(name)) throw new TypeError(`'${name}' is no interface name; use 'com.example.Thing'`);
  const member = (text: string) => {
    if (!isMemberName(text)) throw new TypeError(`${name}: '${text}' is no member name`);
    return text;
  };
  return {
    name,
    definition,
    methods: new Map(
      Object.entries(methods).map(([key, forms]) => [
        member(key),
        [forms].flat().map(form => methodForm(form as MethodDefinition, `${name}.${key}`)),
      ]),
    ),
    signals: new Map(
      Object.entries(signals).map(([key, { args = [] }]) => [
        member(key),
        signatureOf(args, `${name}.${key}`),
      ]),
    ),
    properties: new Map(
      Object.entries(properties).map(([key, property]) => [
        member(key),
        checkProperty(property, `${name}.${key}`),
      ]),
    ),
  };
}

/** The type and the name of an argument. */
export function splitArgument(argument: Argument): { type: string; name: string } {
  const space = argument.indexOf(' ');
  return { type: argument.slice(0, space), name: argument.slice(space + 1) };
}

function methodForm({ in: ins = [], out = [] }: MethodDefinition, where: string): MethodForm {
  return { in: signatureOf(ins, where), out: signatureOf(out, where), outs: out.length };
}

function signatureOf(args: readonly Argument[], where: string): string {
  const types = args.map(argument => {
    const { type, name } = splitArgument(argument);
    if (!isMemberName(name))
      throw new TypeError(`${where}: the argument '${argument}' needs the form 's name'`);
    return checkType(type, where);
  });
  const signature = types.join('');
  if (!parseSignature(signature)) throw new TypeError(`${where}: the signature '${signature}' is too long`);
  return signature;
}

function checkProperty({ type, access, emits = 'value' }: PropertyDefinition, where: string): Property {
  checkType(type, where);
  return { type, readable: access !== 'write', writable: access !== 'read', emits };
}

function checkType(type: string, where: string): string {
  if (!parseSingleType(type)) throw new TypeError(`${where}: '${type}' is not one complete D-Bus type`);
  if (type.includes('h')) throw new TypeError(`${where}: file descriptors ('h') are not supported`);
  return type;
}

// The TypeScript types of a definition's members.

export type Methods<D extends InterfaceDefinition> = NonNullable<D['methods']>;
export type Signals<D extends InterfaceDefinition> = NonNullable<D['signals']>;
export type Properties<D extends InterfaceDefinition> = NonNullable<D['properties']>;
/** The members' names. */
export type Names<Members> = keyof Members & string;

type ArgumentValue<A> = A extends `${infer S} ${string}` ? Value<S> : never;
type ArgumentValues<L> = L extends readonly Argument[]
  ? { -readonly [K in keyof L]: ArgumentValue<L[K]> }
  : [];
type Forms<M> = M extends readonly (infer F)[] ? F : M;
type InOf<F> = F extends { readonly in: infer L } ? ArgumentValues<L> : [];
type OutOf<F> = F extends { readonly out: infer L } ? Returned<ArgumentValues<L>> : undefined;
type Returned<T> = T extends [] ? undefined : T extends [infer Only] ? Only : T;

/** The arguments of a method: a tuple, or a union of tuples when it has several forms. */
export type MethodIn<M> = InOf<Forms<M>>;
/** What a method returns: nothing, the one value, or a tuple of them. */
export type MethodOut<M> = OutOf<Forms<M>>;
/** The arguments of a signal. */
export type SignalArgs<S> = S extends { readonly args: infer L } ? ArgumentValues<L> : [];
/** The value of a property. */
export type PropertyValue<P> = P extends { readonly type: infer S extends string } ? Value<S> : never;
