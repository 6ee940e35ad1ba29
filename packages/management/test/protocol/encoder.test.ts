import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EncodeError } from '../../src/protocol/encode-error.ts';
import { encodeBody, encodeLine, encodeRaw, integer, maxLineBytes } from '../../src/protocol/encoder.ts';
import { Secret } from '../../src/protocol/secret.ts';
import { decodeText, encodeText } from '../../src/protocol/text.ts';
import { lex } from './openvpn-lexer.ts';

const line = (...values: (string | number | Secret)[]): string =>
  encodeLine(
    'verb',
    values.map((value, index) => [`p${index}`, value]),
  ).bytes.reveal();

const refuses = (act: () => unknown, parameter: string): void => {
  assert.throws(act, (error: unknown) => error instanceof EncodeError && error.parameter === parameter);
};

/** What a lexer may stumble over, between ordinary characters of any script and bytes that are no UTF-8. */
const value = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', "'", '\\', ' ', '#', ';', '\\"', '%', '$', '\udcff'),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join('').replace(/[\x00-\x1f\x7f]/g, ''));

describe('a command line', () => {
  it('is read back by OpenVPN as exactly the parameters that were given', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 15 }), values => {
        fc.pre(encodeText(values.join('')).length < 300);
        // The model sees what the daemon would see: bytes.
        const sent = decodeText(encodeText(line(...values)));
        assert.deepEqual(lex(sent), ['verb', ...values]);
      }),
      { numRuns: 1000 },
    );
  });

  it('quotes what a lexer could take for something else, and nothing else', () => {
    assert.equal(line('client1', '10.8.0.1:1194', 7), 'verb client1 10.8.0.1:1194 7');
    assert.equal(line('', '#x', ';x', 'a b', "it's"), `verb "" "#x" ";x" "a b" "it's"`);
    assert.equal(line('say "hi"', 'c:\\x', 'ü'), 'verb "say \\"hi\\"" "c:\\\\x" "ü"');
  });

  it('refuses every control character, tab and delete among them, and names the parameter', () => {
    for (const code of [...Array(32).keys(), 127])
      refuses(() => line('fine', `a${String.fromCharCode(code)}b`), 'p1');
  });

  it('takes a parameter of 255 bytes and refuses one of 256, counted in bytes', () => {
    assert.equal(lex(line('x'.repeat(255)))[1]?.length, 255);
    refuses(() => line('x'.repeat(256)), 'p0');
    refuses(() => line('fine', 'ü'.repeat(128)), 'p1');
  });

  it('takes a line of 768 bytes and refuses one of 769, the escapes included', () => {
    const full = ['x'.repeat(255), 'y'.repeat(255), 'z'.repeat(maxLineBytes - 'verb   '.length - 510)];
    assert.equal(Buffer.byteLength(line(...full)), maxLineBytes);
    refuses(() => line(...full, ''), 'verb');
    refuses(() => line('"'.repeat(255), '"'.repeat(255)), 'verb');
  });

  it('takes 15 parameters and refuses 16: the daemon would not see the last', () => {
    assert.equal(lex(line(...Array(15).fill('x'))).length, 16);
    refuses(() => line(...Array(16).fill('x')), 'verb');
  });

  it('accepts bytes that are no UTF-8, as they came from the daemon, and refuses other lone surrogates', () => {
    const name = decodeText(Buffer.from([0x4d, 0xfc, 0x6c]));
    assert.deepEqual(
      Buffer.from(encodeText(line(name))),
      Buffer.concat([Buffer.from('verb "M'), Buffer.of(0xfc), Buffer.from('l"')]),
    );
    refuses(() => line('\ud800'), 'p0');
    refuses(() => line('fine', new Secret('\udfff')), 'p1');
  });

  it('shows a secret neither in its display nor in the error that refuses it', () => {
    assert.equal(
      encodeLine('password', [
        ['type', 'Auth'],
        ['password', new Secret('tiger')],
      ]).display,
      'password Auth [secret]',
    );
    for (const secret of ['tiger\n', 'tiger'.repeat(60), 'tiger\ud800'])
      assert.throws(
        () => line(new Secret(secret)),
        (error: unknown) => error instanceof EncodeError && !String(error).includes('tiger'),
      );
  });
});

describe('a body', () => {
  it('keeps its lines as they are, without quotes', () => {
    const body = encodeBody('directives', [
      'push "route 10.0.0.0 255.0.0.0"',
      '',
      '# comment',
      new Secret('x'),
    ]);
    assert.deepEqual(
      body.map(secret => secret.reveal()),
      ['push "route 10.0.0.0 255.0.0.0"', '', '# comment', 'x'],
    );
  });

  it('refuses END, line ends and other control characters, and names the line', () => {
    refuses(() => encodeBody('directives', ['fine', 'END']), 'directives[1]');
    refuses(() => encodeBody('directives', [new Secret('END')]), 'directives[0]');
    for (const bad of ['a\nEND', 'a\r', '\t', '\0'])
      refuses(() => encodeBody('directives', ['fine', 'fine', bad]), 'directives[2]');
    assert.deepEqual(encodeBody('directives', ['END ', 'end', 'ENDE']).length, 3);
  });

  it('refuses what the daemon would read as END once it has dropped what it drops', () => {
    for (const bad of ['E\x00ND', 'END\r', 'EN\x7fD']) refuses(() => encodeBody('body', [bad]), 'body[0]');
  });

  it('takes a line of 768 bytes and refuses one of 769', () => {
    encodeBody('body', ['x'.repeat(768)]);
    refuses(() => encodeBody('body', ['x'.repeat(769)]), 'body[0]');
    refuses(() => encodeBody('body', ['ü'.repeat(385)]), 'body[0]');
  });
});

describe('a raw line', () => {
  it('is sent as it is, within the same limits', () => {
    assert.equal(encodeRaw('verb "3" # x').bytes.reveal(), 'verb "3" # x');
    refuses(() => encodeRaw('pid\nsignal SIGTERM'), 'line');
    refuses(() => encodeRaw('x'.repeat(769)), 'line');
    refuses(() => encodeRaw('\ud800'), 'line');
  });
});

describe('a number', () => {
  it('must be whole and in its range', () => {
    assert.deepEqual(integer('cid', 0), ['cid', 0]);
    for (const bad of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32])
      refuses(() => integer('cid', bad), 'cid');
    refuses(() => integer('kid', 0, 1), 'kid');
    refuses(() => integer('port', 65_536, 1, 65_535), 'port');
  });

  it('is never printed in a form that OpenVPN would read as another', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 32 - 1 }), number => /^verb \d+$/.test(line(integer('n', number)[1]))),
    );
  });
});
