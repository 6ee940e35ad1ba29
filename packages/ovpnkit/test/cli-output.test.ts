import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatJson, IpAddress, Secret } from '@ovpnkit/management';
import fc from 'fast-check';
import { printable } from '../src/output/printable.ts';
import { formatBytes, formatDuration, formatTime } from '../src/output/quantity.ts';

/** Any UTF-16, with more of what does harm than chance would bring. */
const harmful = fc.constantFrom(
  '\x1b[2J',
  '\x9b31m',
  '\u202e',
  '\u2066',
  '\u2028',
  '\u200b',
  '\0',
  '\r\n',
  '\x7f',
  '\ud800',
  '\udcff',
  '\ufeff',
);
const text = fc
  .array(fc.oneof(harmful, fc.string({ unit: 'binary' }), fc.string()))
  .map(parts => parts.join(''));
const dangerous = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('printable text', () => {
  it('holds nothing that controls a terminal, whatever it was made of', () => {
    fc.assert(fc.property(text, text => assert.doesNotMatch(printable(text), dangerous)));
  });

  it('is what it was when nothing in it does harm', () => {
    fc.assert(
      fc.property(text, text => {
        fc.pre(!dangerous.test(text));
        assert.equal(printable(text), text);
      }),
    );
    assert.equal(printable('DOMAIN\\Müller 日本 👩 é'), 'DOMAIN\\Müller 日本 👩 é');
  });

  it('stays as it is when it is made printable again', () => {
    fc.assert(fc.property(text, text => assert.equal(printable(printable(text)), printable(text))));
  });

  it('shows what was there', () => {
    assert.equal(printable('\x1b[31m\r\n\0\x7f'), '\\x1b[31m\\x0d\\x0a\\x00\\x7f');
    assert.equal(printable('a\u202eb\u2066c\u2028'), 'a\\u{202e}b\\u{2066}c\\u{2028}');
    assert.equal(printable('\x9b\u{e0041}'), '\\u{9b}\\u{e0041}');
    // A byte that is not UTF-8, as the library delivers it, and a surrogate that is none of those.
    assert.equal(printable('\udcff\ud800'), '\\xff\\u{d800}');
  });
});

describe('JSON text', () => {
  it('is the same value and safe on a terminal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), text, (value, text) => {
        const all = { value, text, [text]: 1 };
        const json = formatJson(all, 2);
        assert.doesNotMatch(json.replaceAll('\n', ''), dangerous);
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(all)));
      }),
    );
  });

  it('has every value of the library in a form that programs can read', () => {
    const value = {
      small: 2n ** 53n - 1n,
      large: 2n ** 53n,
      time: new Date(0),
      address: IpAddress.parse('::1'),
      secret: new Secret('s3cret'),
      env: new Map([
        ['common_name', 'a'],
        ['__proto__', 'b'],
      ]),
      error: new RangeError('no'),
      nothing: undefined,
    };
    assert.equal(
      formatJson(value),
      '{"small":9007199254740991,"large":"9007199254740992","time":"1970-01-01T00:00:00.000Z","address":"::1","secret":"[secret]","env":{"common_name":"a","__proto__":"b"},"error":{"name":"RangeError","message":"no"}}',
    );
  });
});

describe('a quantity', () => {
  it('has three digits or so, and a unit', () => {
    const sizes = [0n, 1023n, 1024n, 1536n, 102_348n, 1_047_552n, 1_048_576n, 2n ** 64n - 1n];
    assert.deepEqual(sizes.map(formatBytes), [
      '0 B',
      '1023 B',
      '1.0 KiB',
      '1.5 KiB',
      '99.9 KiB',
      '1023 KiB',
      '1.0 MiB',
      '16.0 EiB',
    ]);
  });

  it('never shows more than four digits before the unit', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), bytes =>
        assert.match(formatBytes(bytes), /^\d{1,4}(\.\d)? ([KMGTPE]i)?B$/),
      ),
    );
  });

  it('is a duration in its two largest units', () => {
    const second = 1000;
    const durations = [-5, 0, 59.9 * second, 60 * second, 3599 * second, 3600 * second, 90_000 * second];
    assert.deepEqual(durations.map(formatDuration), [
      '0s',
      '0s',
      '59s',
      '1m 00s',
      '59m 59s',
      '1h 00m',
      '1d 01h',
    ]);
  });

  it('is a local time', () => {
    assert.equal(formatTime(new Date(2026, 0, 2, 3, 4, 5)), '2026-01-02 03:04:05');
  });
});
