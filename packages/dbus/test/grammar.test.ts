import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddresses } from '../src/type-system/address.ts';
import { formatMatchRule } from '../src/type-system/match-rule.ts';
import {
  isBusName,
  isInterfaceName,
  isMemberName,
  isObjectPath,
  isUniqueName,
  isWellKnownName,
} from '../src/type-system/names.ts';
import { parseSignature } from '../src/type-system/signature.ts';
import { decodeBody, encodeBody } from '../src/type-system/wire-body.ts';
import { weighBody, weighFields } from '../src/wire/weight.ts';
import { arbitraryBody } from './arbitrary-body.ts';

const codes = (signature: string) => parseSignature(signature)?.map(({ code }) => code);

test('signatures are cut into complete types, and anything else is none', () => {
  deepEqual(codes(''), []);
  deepEqual(codes('sa{sv}a(uu)ay'), ['s', 'a{sv}', 'a(uu)', 'ay']);
  deepEqual(codes(`${'a'.repeat(32)}u`), [`${'a'.repeat(32)}u`]);
  deepEqual(codes(`${'('.repeat(32)}u${')'.repeat(32)}`)?.length, 1);
  for (const bad of [
    'a',
    '(',
    ')',
    '()',
    '(u',
    'u)',
    '{sv}',
    'a{sv',
    'a{s}',
    'a{svv}',
    'a{vs}',
    'a{(s)v}',
    'z',
    'e',
    'r',
  ]) {
    equal(parseSignature(bad), undefined, bad);
  }
  equal(parseSignature('u'.repeat(256)), undefined);
  equal(parseSignature(`${'a'.repeat(33)}u`), undefined);
  equal(parseSignature(`${'a'.repeat(33)}y`), undefined);
  equal(parseSignature(`${'('.repeat(33)}u${')'.repeat(33)}`), undefined);
});

test('a signature is the sum of its types', () => {
  fc.assert(fc.property(arbitraryBody, ({ signature }) => codes(signature)?.join('') === signature));
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ya{}()svu') }), text => {
      const found = codes(text);
      return found === undefined || found.join('') === text;
    }),
  );
});

test('names follow the specification', () => {
  const longest = `a.${'b'.repeat(253)}`;
  const table: [(text: string) => boolean, string[], string[]][] = [
    [isObjectPath, ['/', '/a', '/a/_1/B'], ['', 'a', '//', '/a/', '/a//b', '/a-b', '/ä', '/a b']],
    [isMemberName, ['A', '_a1'], ['', '1a', 'a-b', 'a.b', 'a'.repeat(256)]],
    [
      isInterfaceName,
      ['a.b', '_.A1', longest],
      ['', 'a', 'a.', '.a', 'a..b', 'a.1b', 'a-b.c', `${longest}b`],
    ],
    [isWellKnownName, ['a.b', 'a-b.c-d', longest], ['a', ':1.2', 'a.1b', '1a.b', `${longest}b`]],
    [isUniqueName, [':1.2', ':a.b'], ['1.2', ':1', ':1.', ':']],
    [isBusName, [':1.2', 'a.b'], ['a', '']],
  ];
  for (const [check, good, bad] of table) {
    for (const text of good) equal(check(text), true, `${check.name} ${text}`);
    for (const text of bad) equal(check(text), false, `${check.name} ${text}`);
  }
});

test('address lists are read and unescaped', () => {
  const [unix, tcp] = parseAddresses('unix:path=/tmp/a%20b%2c%3b%c3%a4,guid=00ff;tcp:host=::1,port=1');
  deepEqual(
    [...(unix?.parameters ?? [])],
    [
      ['path', '/tmp/a b,;ä'],
      ['guid', '00ff'],
    ],
  );
  equal(tcp?.transport, 'tcp');
  equal(tcp?.parameters.get('host'), '::1');
  for (const bad of [
    '',
    ';',
    'unix',
    ':path=/a',
    'unix:path',
    'unix:=a',
    'unix:path=%zz',
    'unix:path=%2',
    'unix:path=/a,path=/b',
  ]) {
    throws(() => parseAddresses(bad), { reason: 'address' }, bad);
  }
});

test('match rules are quoted', () => {
  equal(formatMatchRule({}), "type='signal'");
  equal(
    formatMatchRule({ sender: ':1.2', pathNamespace: '/a', arg0: "it's" }),
    "type='signal',sender=':1.2',path_namespace='/a',arg0='it'\\''s'",
  );
  throws(() => formatMatchRule({ interface: "a.b',member='x" }), /no interface name/);
});

test('a body weighs no less than its elements, in either byte order', () => {
  const emptyArrays = Buffer.alloc(4 + 4 * 1000);
  emptyArrays.writeUInt32LE(4000);
  equal(weighBody('aai', emptyArrays, true, Infinity) > 1000 * 100, true);
  emptyArrays.writeUInt32BE(4000);
  equal(weighBody('aai', emptyArrays, false, Infinity) > 1000 * 100, true);
  throws(() => weighBody('s', Buffer.alloc(2), true, Infinity), RangeError);
});

test('header fields that nobody knows are weighed too', () => {
  const fields = Buffer.alloc(12 + 4 * 1000);
  fields.set([10, 3, ...Buffer.from('aau'), 0]);
  fields.writeUInt32LE(4000, 8);
  equal(weighFields(fields, true, Infinity).weight > 1000 * 100, true);
  fields.write('aaz', 2);
  equal(weighFields(fields, true, Infinity).weight, Infinity);
});

test('a body that is nested too deep is none', () => {
  const deep = `${'aa(v'.repeat(20)}u${')'.repeat(20)}`;
  equal(decodeBody(deep, [[]]), undefined);
  equal(decodeBody('v', [{ signature: deep, value: [] }]), undefined);
  equal(weighBody(deep, Buffer.alloc(4), true, 1000), Infinity);
});

test('values that only look right are refused, and told where', () => {
  const table: [string, unknown, RegExp][] = [
    ['b', 1, /value 1 is 1 where 'b' belongs/],
    ['u', 1.5, /is 1.5 where 'u'/],
    ['y', 256, /is 256 where 'y'/],
    ['x', 1, /is 1 where 'x'/],
    ['x', 2n ** 63n, /where 'x'/],
    ['t', -1n, /is -1 where 't'/],
    ['s', Buffer.from('x'), /a Buffer where 's'/],
    ['as', 'text', /a string where 'as'/],
    ['ay', [1, 2], /a Array where 'ay'/],
    ['a{sv}', {}, /a Object where 'a\{sv\}'/],
    ['v', 'x', /a string where 'v'/],
    ['(uu)', [1], /a Array where '\(uu\)'/],
    ['d', Number.NaN, /is NaN where 'd'/],
    ['g', 'zz', /a string where 'g'/],
    ['s', null, /a null where 's'/],
  ];
  for (const [signature, value, message] of table) {
    throws(() => encodeBody(signature, [value]), { name: 'EncodeError', message });
  }
  throws(() => encodeBody('uu', [1]), /'uu' wants 2 values and there are 1/);
});
