import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EncodeError } from '../../src/protocol/encode-error.ts';
import { decodeText, encodeText } from '../../src/protocol/text.ts';

test('any bytes survive the way to a string and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      assert.deepEqual(Buffer.from(encodeText(decodeText(bytes))), Buffer.from(bytes));
    }),
  );
});

test('each of the 256 bytes survives alone, and behind a character of several bytes', () => {
  for (let byte = 0; byte < 256; byte++) {
    for (const bytes of [Buffer.of(byte), Buffer.from([0xc3, 0xbc, byte]), Buffer.from([0xf0, 0x9f, byte])]) {
      assert.deepEqual(Buffer.from(encodeText(decodeText(bytes))), bytes);
    }
  }
});

test('valid UTF-8 reads as itself, a byte order mark included', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      assert.equal(decodeText(Buffer.from(text)), text);
      assert.deepEqual(Buffer.from(encodeText(text)), Buffer.from(text));
    }),
  );
  assert.equal(decodeText(Buffer.from('\ufeffx')), '\ufeffx');
});

test('only the bytes that are no UTF-8 become lone surrogates', () => {
  assert.equal(decodeText(Buffer.from([0x61, 0xff, 0xc3, 0xbc, 0xe2, 0x82])), 'a\udcffü\udce2\udc82');
  // Overlong forms and surrogates in UTF-8 are no UTF-8.
  assert.equal(decodeText(Buffer.from([0xc0, 0x80])), '\udcc0\udc80');
  assert.equal(decodeText(Buffer.from([0xed, 0xa0, 0x80])), '\udced\udca0\udc80');
});

test('a lone surrogate that stands for no byte is refused, and the error names the parameter', () => {
  for (const text of ['\ud800', 'a\udfff', '\udc7f', '\udd00b', '\udc80\ud800']) {
    assert.throws(
      () => encodeText(text, 'reason'),
      (error: unknown) => error instanceof EncodeError && error.parameter === 'reason',
    );
  }
});
