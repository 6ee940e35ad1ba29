// Arguments as somebody sends them who wants to do harm: of the right types, and of wrong ones.
import { Variant } from '@ovpnkit/dbus';
import fc from 'fast-check';

export type Arguments = { readonly signature: string; readonly body: readonly unknown[] };

const basic: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  y: fc.integer({ min: 0, max: 0xff }),
  b: fc.boolean(),
  n: fc.integer({ min: -0x8000, max: 0x7fff }),
  q: fc.integer({ min: 0, max: 0xffff }),
  i: fc.integer(),
  u: fc.oneof(fc.nat(10), fc.constantFrom(0x7fff_ffff, 0x8000_0000, 0xffff_ffff)),
  x: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  t: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  d: fc.double(),
  g: fc.constantFrom('', 's', 'a{sv}', '(uu)as'),
};

const wrong = ['', 's', 'o', 'v', 'i', 'ss', 'sss', 'as', 'au', 'a{sv}', '(uus)', 'ao', 'ssv', 'aas', 'x'];

const nastyTexts = [
  ...['', ' ', '\n', '\u0001\u007f', 'é\u{1f511}', '__proto__', 'constructor', 'toString', '-', '--help'],
  ...[
    '../../../etc/passwd',
    '/dev/zero',
    '$(reboot)',
    "'; drop",
    '%s%n',
    '0',
    '-1',
    'root',
    'openvpn',
    '65534',
  ],
  ...['x'.repeat(65_536), 'é'.repeat(4096), '<ca>\n', 'a\n'.repeat(20_000), '<ca>\n</ca>\n'.repeat(5000)],
];

/**
 * For a method that wants `signature`. `texts` and `paths` are what the services know: names, and objects that may be
 * anybody's.
 */
export function arbitraryArguments(
  signature: string,
  known: { readonly texts: readonly string[]; readonly paths: readonly string[] },
): fc.Arbitrary<Arguments> {
  const text = fc.oneof(
    fc.constantFrom(...nastyTexts),
    fc.constantFrom(...known.texts),
    fc.string({ maxLength: 20 }),
  );
  const leaves: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    ...basic,
    s: text.filter(each => each.isWellFormed() && !each.includes('\0')),
    o: fc.constantFrom('/', '/x', ...known.paths),
  };

  function valuesOf(type: string): fc.Arbitrary<unknown> {
    if (type === 'v')
      return fc
        .constantFrom('s', 'b', 'q', 'u', 'as', 'a{sv}', 'x', 'o')
        .chain(inner => valuesOf(inner).map(value => new Variant<string>(inner, value as never)));
    if (type === 'a{sv}')
      return fc
        .uniqueArray(fc.tuple(fc.string({ maxLength: 5 }), fc.nat()), { maxLength: 3 })
        .map(
          entries =>
            new Map(
              entries
                .filter(([key]) => key.isWellFormed() && !key.includes('\0'))
                .map(([key, value]) => [key, new Variant('u', value)]),
            ),
        );
    if (type.startsWith('a')) return fc.array(valuesOf(type.slice(1)), { maxLength: 3 });
    if (type.startsWith('(')) return bodyOf(type.slice(1, -1));
    const leaf = leaves[type];
    if (leaf === undefined) throw new Error(`there are no values of the type '${type}' here`);
    return leaf;
  }

  const bodyOf = (types: string) => fc.tuple(...splitTypes(types).map(valuesOf));

  return fc
    .oneof({ arbitrary: fc.constant(signature), weight: 4 }, fc.constantFrom(...wrong))
    .chain(types => bodyOf(types).map(body => ({ signature: types, body })));
}

/** The complete types that a signature consists of. */
const splitTypes = (signature: string): string[] => signature.match(/a*(\{..\}|\([^()]*\)|[a-z])/g) ?? [];
