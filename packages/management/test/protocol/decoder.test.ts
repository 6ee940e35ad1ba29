import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createDecoder } from '../../src/protocol/decoder.ts';
import type { Frame } from '../../src/protocol/frame.ts';
import { decodeText } from '../../src/protocol/text.ts';

const framesOf = (chunks: readonly Uint8Array[], maxLineLength = 65_536): Frame[] => {
  const decoder = createDecoder({ maxLineLength });
  return chunks.flatMap(chunk => decoder.push(chunk));
};

const inBytes = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, byte => Uint8Array.of(byte));

/** Frames as `type line`. */
const shown = (text: string): string[] =>
  framesOf([Buffer.from(text)]).map(({ type, line }) => `${type} ${line}`);

// Bytes as a daemon may send them, and worse: prompts, both line ends, characters cut anywhere, bytes that are no UTF-8.
const piece = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes)) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(
        'ENTER PASSWORD:',
        'ENTER PASS',
        'SUCCESS: password is correct\r\n',
        '>INFO:OpenVPN Management Interface Version 5\r\n',
        'SUCCESS: pid=1\n',
        'ERROR: no\r\n',
        'END\r\n',
        'ENDE\n',
        '>LOG:1,I,straße 😀\r\n',
        '\r\n',
        '\n',
        '\r',
        ' row',
        'ü€😀',
      )
      .map(text => Buffer.from(text)),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom([0xff], [0xe2, 0x82], [0xf0, 0x9f], [0xed, 0xa0, 0x80])
      .map(b => Buffer.from(b)),
  },
);
const stream = fc.array(piece, { maxLength: 30 }).map(pieces => Buffer.concat(pieces));

/** The stream cut at arbitrary places, empty chunks among them. */
const chunked = stream.chain(bytes =>
  fc.array(fc.nat(bytes.length), { maxLength: 12 }).map(cuts => {
    const borders = [0, ...cuts.sort((a, b) => a - b), bytes.length];
    const chunks = borders.slice(1).map((border, index) => bytes.subarray(borders[index], border));
    return { bytes, chunks };
  }),
);

describe('the decoder', () => {
  it('knows a line by its first word alone', () => {
    assert.deepEqual(
      shown(
        'SUCCESS: pid=1\r\nERROR: no\r\nEND\r\n>STATE:1,WAIT,\r\nrow\r\n\r\nERIC,1\r\nENDE\r\nSUCCESSOR\r\n',
      ),
      [
        'success SUCCESS: pid=1',
        'error ERROR: no',
        'end END',
        'notification >STATE:1,WAIT,',
        'line row',
        'line ',
        'line ERIC,1',
        'line ENDE',
        'line SUCCESSOR',
      ],
    );
    assert.deepEqual(shown('>CLIENT:ENV,END\r\n>CLIENT:ENV,x=END\n'), [
      'notification >CLIENT:ENV,END',
      'notification >CLIENT:ENV,x=END',
    ]);
  });

  it('takes both line ends, and removes one carriage return alone', () => {
    assert.deepEqual(shown('a\nb\r\nc\r\r\n\rd\n'), ['line a', 'line b', 'line c\r', 'line \rd']);
  });

  it('gives no frame for a line whose end has not come', () => {
    assert.deepEqual(framesOf([Buffer.from('SUCCESS: pid=1')]), []);
    assert.deepEqual(framesOf([Buffer.from('SUCCESS: pid=1\r')]), []);
  });

  it('sees every password prompt, which ends without a newline, and what follows it', () => {
    assert.deepEqual(shown('ENTER PASSWORD:ENTER PASSWORD:SUCCESS: password is correct\r\n'), [
      'prompt ENTER PASSWORD:',
      'prompt ENTER PASSWORD:',
      'success SUCCESS: password is correct',
    ]);
  });

  it('takes the words of the prompt for text once the daemon has greeted, and inside a line', () => {
    assert.deepEqual(shown('x ENTER PASSWORD:\r\n>INFO:hello\r\nENTER PASSWORD:\r\n'), [
      'line x ENTER PASSWORD:',
      'notification >INFO:hello',
      'line ENTER PASSWORD:',
    ]);
  });

  it('never throws, and the cuts between chunks never change the frames', () => {
    fc.assert(
      fc.property(chunked, ({ bytes, chunks }) => {
        const whole = framesOf([bytes]);
        assert.deepEqual(framesOf(chunks), whole);
        assert.deepEqual(framesOf(inBytes(bytes)), whole);
      }),
      { numRuns: 400 },
    );
  });

  it('finds the limit of a line at the same place however it is cut, and says nothing after it', () => {
    fc.assert(
      fc.property(chunked, fc.integer({ min: 15, max: 32 }), ({ bytes, chunks }, limit) => {
        const whole = framesOf([bytes], limit);
        assert.deepEqual(framesOf(chunks, limit), whole);
        assert.deepEqual(framesOf(inBytes(bytes), limit), whole);
        const overlong = whole.findIndex(frame => frame.type === 'overlong');
        assert.ok(overlong === -1 || overlong === whole.length - 1);
      }),
      { numRuns: 400 },
    );
  });

  it('accepts a line of just the limit and ends the stream with one character more', () => {
    const line = 'x'.repeat(10);
    assert.deepEqual(framesOf([Buffer.from(`${line}\n`)], 10), [{ type: 'line', line }]);
    const decoder = createDecoder({ maxLineLength: 10 });
    assert.deepEqual(
      decoder.push(Buffer.from(`a\n${line}x`)).map(frame => frame.type),
      ['line', 'overlong'],
    );
    assert.deepEqual(decoder.push(Buffer.from('\nSUCCESS: pid=1\n')), []);
  });

  it('loses no byte of a line that is not UTF-8', () => {
    const bytes = Buffer.from([0x61, 0xff, 0xfe, 0x80, 0x62, 0x0a]);
    assert.deepEqual(framesOf(inBytes(bytes)), [{ type: 'line', line: decodeText(bytes.subarray(0, -1)) }]);
  });
});
