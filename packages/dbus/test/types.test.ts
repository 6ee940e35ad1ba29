import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Caller,
  createProxy,
  defineInterface,
  type InterfaceProxy,
  implement,
  type MethodIn,
  type MethodOut,
  type PropertyValue,
  type SignalArgs,
  type Value,
  Variant,
} from '../src/index.ts';

// The compiler is the judge here: a wrong mapping does not build.

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>) => {};

same<Value<'y'>, number>(true);
same<Value<'b'>, boolean>(true);
same<Value<'n'>, number>(true);
same<Value<'q'>, number>(true);
same<Value<'i'>, number>(true);
same<Value<'u'>, number>(true);
same<Value<'x'>, bigint>(true);
same<Value<'t'>, bigint>(true);
same<Value<'d'>, number>(true);
same<Value<'s'>, string>(true);
same<Value<'o'>, string>(true);
same<Value<'g'>, string>(true);
same<Value<'v'>, Variant>(true);
same<Value<'ay'>, Uint8Array>(true);
same<Value<'aay'>, Uint8Array[]>(true);
same<Value<'as'>, string[]>(true);
same<Value<'aai'>, number[][]>(true);
same<Value<'a(uu)'>, [number, number][]>(true);
same<Value<'(s(ub)a(tx))'>, [string, [number, boolean], [bigint, bigint][]]>(true);
same<Value<'a{sv}'>, Map<string, Variant>>(true);
same<Value<'a{u(so)}'>, Map<number, [string, string]>>(true);
same<Value<'a{oa{sa{sv}}}'>, Map<string, Map<string, Map<string, Variant>>>>(true);
same<Value<string>, unknown>(true);
// No signature of one complete type, so no value.
same<Value<''>, never>(true);
same<Value<'uu'>, never>(true);
same<Value<'a'>, never>(true);
same<Value<'()'>, never>(true);
same<Value<'(u'>, never>(true);
same<Value<'a{vs}'>, never>(true);
same<Value<'h'>, never>(true);
same<Value<'z'>, never>(true);

const Thing = defineInterface({
  name: 'com.example.Thing',
  methods: {
    None: {},
    One: { in: ['s a'], out: ['a(uu) b'] },
    Two: { in: ['s a', 't b'], out: ['u c', 'a{sv} d'] },
    Either: [
      { in: ['s a'], out: ['u n'] },
      { in: ['s a', 'o b'], out: ['u n'] },
    ],
  },
  signals: { Empty: {}, Changed: { args: ['u a', 's b'] } },
  properties: {
    r: { type: 'u', access: 'read' },
    w: { type: 's', access: 'write' },
    rw: { type: 'a(sssu)', access: 'readwrite' },
  },
});
type M = (typeof Thing)['definition']['methods'];
type S = (typeof Thing)['definition']['signals'];
type P = (typeof Thing)['definition']['properties'];

same<MethodIn<M['None']>, []>(true);
same<MethodOut<M['None']>, undefined>(true);
same<MethodIn<M['One']>, [string]>(true);
same<MethodOut<M['One']>, [number, number][]>(true);
same<MethodIn<M['Two']>, [string, bigint]>(true);
same<MethodOut<M['Two']>, [number, Map<string, Variant>]>(true);
same<MethodIn<M['Either']>, [string] | [string, string]>(true);
same<MethodOut<M['Either']>, number>(true);
same<SignalArgs<S['Empty']>, []>(true);
same<SignalArgs<S['Changed']>, [number, string]>(true);
same<PropertyValue<P['rw']>, [string, string, string, number][]>(true);

implement(Thing, {
  methods: {
    None: () => {},
    One: ([a]) => {
      same<typeof a, string>(true);
      return [[1, 2]];
    },
    Two: async (_, { caller }) => {
      same<typeof caller, Caller>(true);
      return [1, new Map([['x', new Variant('s', 'y')]])];
    },
    Either: args => args.length,
  },
  properties: {
    r: { get: () => 1 },
    w: {
      set: value => {
        same<typeof value, string>(true);
      },
    },
    rw: { get: async () => [], set: () => {} },
  },
});

// What must not build.
const wrong = () => {
  const methods = {
    None: () => {},
    One: () => [],
    Two: () => [1, new Map()] as [number, Map<string, Variant>],
  };
  const properties = { r: { get: () => 1 }, w: { set: () => {} }, rw: { get: () => [], set: () => {} } };
  // @ts-expect-error Either has no handler
  implement(Thing, { methods, properties });
  const allMethods = { ...methods, Either: () => 1 };
  const textual = { ...properties, r: { get: () => '1' } };
  // @ts-expect-error r is a number
  implement(Thing, { methods: allMethods, properties: textual });
  const readOnly = { ...properties, rw: { get: () => [] } };
  // @ts-expect-error rw needs a setter
  implement(Thing, { methods: allMethods, properties: readOnly });
  // @ts-expect-error One returns an array of pairs
  implement(Thing, { methods: { ...allMethods, One: () => 'x' }, properties });
  // @ts-expect-error 'u' is a number
  new Variant('u', 'three');
  // @ts-expect-error no such access
  defineInterface({ name: 'a.b', properties: { p: { type: 'u', access: 'none' } } });
  // @ts-expect-error an argument has a type and a name
  defineInterface({ name: 'a.b', methods: { M: { in: ['s'] } } });
};

const proxied = async (thing: InterfaceProxy<(typeof Thing)['definition']>) => {
  same<Awaited<ReturnType<typeof thing.call<'One'>>>, [number, number][]>(true);
  const two = await thing.call('Two', ['a', 1n]);
  same<typeof two, [number, Map<string, Variant>]>(true);
  const none = await thing.call('None', []);
  same<typeof none, undefined>(true);
  const r = await thing.get('r');
  same<typeof r, number>(true);
  const all = await thing.getAll();
  same<typeof all.rw, [string, string, string, number][] | undefined>(true);
  await thing.on('Changed', ([a, b]) => {
    same<typeof a, number>(true);
    same<typeof b, string>(true);
  });
  // @ts-expect-error no such method
  await thing.call('Three', []);
  // @ts-expect-error 't' is a bigint
  await thing.call('Two', ['a', 1]);
  // @ts-expect-error no such property
  await thing.get('q');
};

test('a variant gives its value only as the type it has', () => {
  const text: Variant = new Variant('s', 'x');
  const as = text.as('s');
  same<typeof as, string | undefined>(true);
  equal(as, 'x');
  equal(text.as('u'), undefined);
  void [wrong, proxied, createProxy];
});
