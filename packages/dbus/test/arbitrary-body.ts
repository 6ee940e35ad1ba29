import fc from 'fast-check';
import { parseSignature, type Type } from '../src/type-system/signature.ts';
import { Variant } from '../src/type-system/value.ts';

/** A signature and values of it. */
export type Body = { readonly signature: string; readonly values: readonly unknown[] };

const path = fc
  .array(fc.stringMatching(/^[A-Za-z0-9_]{1,8}$/), { maxLength: 4 })
  .map(elements => `/${elements.join('/')}`);
const text = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter(each => !each.includes('\0') && each.isWellFormed());

const basic: { [code: string]: fc.Arbitrary<unknown> } = {
  y: fc.integer({ min: 0, max: 0xff }),
  b: fc.boolean(),
  n: fc.integer({ min: -0x8000, max: 0x7fff }),
  q: fc.integer({ min: 0, max: 0xffff }),
  i: fc.integer(),
  u: fc.integer({ min: 0, max: 0xffffffff }),
  x: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  t: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  // GLib's parser of text refuses what is smaller than the smallest normal number.
  d: fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter(value => value === 0 || Math.abs(value) >= 2.3e-308),
  s: fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '')),
  o: path,
  g: fc.constantFrom('', 's', 'a{sv}', '(uu)as', 'aaay'),
};

const { type: signatureOfOne } = fc.letrec<{ type: string }>(tie => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...Object.keys(basic), 'v', 'ay'),
    tie('type').map(element => `a${element}`),
    fc.tuple(fc.constantFrom(...Object.keys(basic)), tie('type')).map(([key, value]) => `a{${key}${value}}`),
    fc.array(tie('type'), { minLength: 1, maxLength: 4 }).map(fields => `(${fields.join('')})`),
  ),
}));

/** Random bodies of random types, dicts and variants in one another included. */
export const arbitraryBody: fc.Arbitrary<Body> = fc
  .array(signatureOfOne, { minLength: 1, maxLength: 3 })
  .map(types => types.join(''))
  .filter(signature => signature.length < 200)
  .chain(signature =>
    fc
      .tuple(...(parseSignature(signature) ?? []).map(type => arbitraryValue(type, 3)))
      .map(values => ({ signature, values })),
  );

function arbitraryValue(type: Type, depth: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'basic':
      return basic[type.code] ?? fc.constant(0);
    case 'bytes':
      return fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes));
    case 'variant':
      return (depth > 0 ? signatureOfOne : fc.constantFrom(...Object.keys(basic))).chain(signature => {
        const [inner] = parseSignature(signature) ?? [];
        if (!inner) throw new Error(`'${signature}' is no type`);
        return arbitraryValue(inner, depth - 1).map(value => new Variant<string>(signature, value));
      });
    case 'array':
      return fc.array(arbitraryValue(type.element, depth), { maxLength: 4 });
    case 'dict':
      return fc
        .uniqueArray(fc.tuple(arbitraryValue(type.key, depth), arbitraryValue(type.value, depth)), {
          maxLength: 4,
          selector: ([key]) => (typeof key === 'number' ? key + 0 : key),
        })
        .map(entries => new Map(entries));
    case 'struct':
      return fc.tuple(...type.fields.map(field => arbitraryValue(field, depth)));
  }
}

/** A body in the text format of GVariant. */
export function gvariantText({ signature, values }: Body): string {
  const types = parseSignature(signature) ?? [];
  return tuple(types.map((type, index) => textOf(type, values[index])));
}

function textOf(type: Type, value: unknown): string {
  switch (type.kind) {
    case 'basic':
      if (typeof value === 'string') return JSON.stringify(value);
      if (type.code === 'd') return doubleText(value as number);
      return String(value);
    case 'bytes':
      return `[${[...(value as Uint8Array)].join(', ')}]`;
    case 'variant': {
      const { signature, value: held } = value as Variant;
      const [inner] = parseSignature(signature) ?? [];
      return inner ? `<@${signature} ${textOf(inner, held)}>` : '';
    }
    case 'array':
      return `[${(value as unknown[]).map(each => textOf(type.element, each)).join(', ')}]`;
    case 'dict': {
      const entries = [...(value as Map<unknown, unknown>)];
      return `{${entries.map(([key, held]) => `${textOf(type.key, key)}: ${textOf(type.value, held)}`).join(', ')}}`;
    }
    case 'struct':
      return tuple(type.fields.map((field, index) => textOf(field, (value as unknown[])[index])));
  }
}

/** GLib takes digits alone for an integer, and has a limit for those. */
function doubleText(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function tuple(texts: readonly string[]): string {
  return texts.length === 1 ? `(${texts[0]},)` : `(${texts.join(', ')})`;
}
