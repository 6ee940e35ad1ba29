import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRedactor } from '../src/commands/record/redactor.ts';

/** Sends text in chunks of these sizes, again and again, and gives what comes out. */
function redact(text: string, sizes: readonly number[], options = {}): { tag: number; text: string }[] {
  const redactor = createRedactor<number>(options);
  const pieces = [];
  const bytes = Buffer.from(text, 'latin1');
  for (let start = 0, tag = 0; start < bytes.length; tag++) {
    const end = start + (sizes[tag % sizes.length] ?? 1);
    pieces.push(...redactor.push(bytes.subarray(start, end), tag));
    start = end;
  }
  return [...pieces, ...redactor.end()].map(({ bytes, tag }) => ({ tag, text: bytes.toString('latin1') }));
}

const whole = (pieces: { text: string }[]): string => pieces.map(({ text }) => text).join('');

describe('the redactor of a recording', () => {
  const lines: readonly (readonly [line: string, secret: string])[] = [
    ['>CLIENT:ENV,password=pa ss"w\\ord', 'pa ss"w\\ord'],
    ['>CLIENT:CR_RESPONSE,0,1,MTIzNDU2', 'MTIzNDU2'],
    ['>PASSWORD:Auth-Token:tok_0123456789', 'tok_0123456789'],
    ['password "Auth" "se cret"', 'se cret'],
    ["'password' Auth secret", 'secret'],
    ['cr-response MTIzNDU2', 'MTIzNDU2'],
    ['needstr name value', 'value'],
    ['>CLIENT:ENV,x=SCRV1:c2VjcmV0:MTIz', 'c2VjcmV0:MTIz'],
  ];

  it('hides every kind of secret and nothing else, however the bytes are cut', () => {
    const arbitrary = fc.tuple(
      fc.array(fc.constantFrom(...lines, ['>STATE:1,CONNECTED,SUCCESS,,,,,', ''] as const), { minLength: 1 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
    );
    fc.assert(
      fc.property(arbitrary, ([rows, sizes]) => {
        const text = rows.map(([line]) => `${line}\r\n`).join('');
        const pieces = redact(text, sizes);
        assert.equal(whole(pieces).length, text.length);
        const shown = whole(pieces).split('\r\n');
        for (const [index, [line, secret]] of rows.entries()) {
          if (secret === '') assert.equal(shown[index], line);
          else assert.ok(!shown[index]?.includes(secret), shown[index]);
          assert.equal(shown[index]?.slice(0, 5), line.slice(0, 5));
        }
        // Every chunk comes out once, in its order and its length.
        assert.deepEqual(
          pieces.map(({ tag }) => tag),
          pieces.map((_, index) => index),
        );
        for (const { tag, text: piece } of pieces.slice(0, -1)) {
          assert.equal(piece.length, sizes[tag % sizes.length]);
        }
      }),
    );
  });

  it('hides the management password, which stands alone in the first line', () => {
    const text = whole(redact('tops3cret\npid\n', [3], { passwordFirst: true }));
    assert.equal(text, '*********\npid\n');
  });

  it('hides the rest of a line that never ends', () => {
    assert.equal(whole(redact('pid\npassword Auth sec', [4])), `pid\n${'*'.repeat(17)}`);
  });
});
