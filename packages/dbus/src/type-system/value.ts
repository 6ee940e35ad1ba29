// Signatures at the type level: the TypeScript type of each D-Bus type.

type Basic = {
  y: number;
  b: boolean;
  n: number;
  q: number;
  i: number;
  u: number;
  x: bigint;
  t: bigint;
  d: number;
  s: string;
  o: string;
  g: string;
  v: Variant;
};

/**
 * The TypeScript type of one complete D-Bus type: `Value<'a(uu)'>` is `[number, number][]`.
 *
 * 64-bit integers are `bigint`, `ay` is `Uint8Array`, a dict is a `Map` (whatever a peer calls its keys), `v` is a
 * `Variant`. `never` when the signature is none; `unknown` when only `string` is known of it.
 */
export type Value<S extends string> = string extends S ? unknown : First<S> extends [infer T, ''] ? T : never;

/** The first complete type, and what stands behind it; null when there is none. */
type First<S extends string> = S extends `${infer Code}${infer Rest}`
  ? Code extends keyof Basic
    ? [Basic[Code], Rest]
    : Code extends 'a'
      ? ArrayOf<Rest>
      : Code extends '('
        ? StructOf<Rest, []>
        : null
  : null;

type ArrayOf<S extends string> = S extends `y${infer Rest}`
  ? [Uint8Array, Rest]
  : S extends `{${infer Entry}`
    ? DictOf<Entry>
    : First<S> extends [infer Element, infer Rest extends string]
      ? [Element[], Rest]
      : null;

type DictOf<S extends string> = S extends `${infer Key extends Exclude<keyof Basic, 'v'>}${infer Rest}`
  ? First<Rest> extends [infer V, `}${infer Behind}`]
    ? [Map<Basic[Key], V>, Behind]
    : null
  : null;

type StructOf<S extends string, Fields extends unknown[]> = S extends `)${infer Rest}`
  ? Fields extends []
    ? null
    : [Fields, Rest]
  : First<S> extends [infer Field, infer Rest extends string]
    ? StructOf<Rest, [...Fields, Field]>
    : null;

/** A value that carries its own type: D-Bus's `v`. `new Variant('u', 3)` is checked by the compiler. */
export class Variant<S extends string = string> {
  /** One complete type. */
  readonly signature: S;
  readonly value: unknown;

  constructor(signature: S, value: Value<S>) {
    this.signature = signature;
    this.value = value;
  }

  /** The value when it has exactly this type, otherwise `undefined`: `variant.as('s')` is a string or nothing. */
  as<T extends string>(signature: T): Value<T> | undefined {
    return this.signature === String(signature) ? (this.value as Value<T>) : undefined;
  }
}
