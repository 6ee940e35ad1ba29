import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { quote } from '../../src/protocol/encoder.ts';
import { lexLine } from '../../src/protocol/lexer.ts';
import { lex } from './openvpn-lexer.ts';

const wordsOf = (line: string): readonly string[] => {
  const lexed = lexLine(line);
  assert.ok('words' in lexed, line);
  return lexed.words;
};

describe('the words of a command line', () => {
  it('are those that the daemon sees, on any line', () => {
    const unit = fc.constantFrom('a', 'b', ' ', '"', "'", '\\', '#', ';', 'é');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), line => {
        let expected: readonly string[] | undefined;
        try {
          expected = lex(line).slice(0, 16);
        } catch {
          expected = undefined;
        }
        const lexed = lexLine(line);
        assert.deepEqual('words' in lexed ? lexed.words : undefined, expected);
      }),
      { numRuns: 20_000 },
    );
  });

  it('are not hidden by a backslash at the end of the line', () => {
    // To the daemon this is `signal SIGTERM`: whoever takes it for nonsense lets everybody end the daemon.
    assert.deepEqual(wordsOf('signal SIGTERM \\'), ['signal', 'SIGTERM']);
    assert.deepEqual(lexLine('signal SIGTERM\\'), { error: 'residual parse state', parameter: 'SIGTERM' });
  });

  it('are none in blank lines and comments', () => {
    for (const line of ['', '   ', '# pid', '  ;pid', '\\#pid', '\\ ', '\\'])
      assert.deepEqual(wordsOf(line), []);
  });

  it('are sixteen at most', () => {
    assert.equal(wordsOf('x '.repeat(40)).length, 16);
    assert.equal(wordsOf(`${'x '.repeat(16)}"open`).length, 16);
  });

  it('have 256 bytes at most, whatever they are written with', () => {
    for (const [character, count] of [
      ['x', 256],
      ['ü', 128],
      ['\udc80', 256],
    ] as const) {
      const longest = character.repeat(count);
      assert.deepEqual(wordsOf(`kill "${longest}"`), ['kill', longest]);
      assert.deepEqual(lexLine(`kill ${longest}${character} "`), {
        error: 'parameter too long',
        parameter: `${longest}${character}`,
      });
    }
  });

  it('are given back as they were quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 16 }), values => {
        const printable = values.map(value => value.replace(/[\x00-\x1f\x7f]/g, ''));
        assert.deepEqual(wordsOf(printable.map(quote).join(' ')), printable);
      }),
    );
  });
});
