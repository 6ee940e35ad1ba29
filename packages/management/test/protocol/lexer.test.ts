import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quote } from '../../src/protocol/encoder.ts';
import { lexLine } from '../../src/protocol/lexer.ts';
import { lex } from './openvpn-lexer.ts';

const wordsOf = (line: string): readonly string[] => {
  const lexed = lexLine(line);
  assert.ok('words' in lexed, JSON.stringify(lexed));
  return lexed.words;
};

test('words are read without their quotes, up to a comment', () => {
  assert.deepEqual(wordsOf('  pid  '), ['pid']);
  assert.deepEqual(wordsOf('"pid" # and why'), ['pid']);
  assert.deepEqual(wordsOf(`username "Auth" 'a b' "" c\\ d #x`), ['username', 'Auth', 'a b', '', 'c d']);
  assert.deepEqual(wordsOf('"a"b a"b\'c "#x" x#y'), ['a', 'b', 'a"b\'c', '#x', 'x#y']);
  assert.deepEqual(wordsOf('x \\'), ['x']);
  for (const line of ['', '   ', '# pid', ';', '  ;x "', '\\#']) assert.deepEqual(wordsOf(line), []);
});

test('what the daemon refuses as a whole has the fault that it would name', () => {
  const fault = (line: string) => {
    const lexed = lexLine(line);
    return 'error' in lexed && lexed.error;
  };
  assert.equal(fault('log "on'), 'no closing quotation');
  assert.equal(fault("log 'on"), 'no closing single quotation');
  assert.equal(fault('username "Auth" foo\\'), 'residual parse state');
  assert.equal(fault('kill a\\bc'), 'bad backslash');
  assert.equal(fault(`kill ${'x'.repeat(257)}`), 'parameter too long');
});

test('a line is never read in another way than the daemon reads it', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'ü', ' ', '"', "'", '\\', '#', ';'), maxLength: 12 });
  fc.assert(
    fc.property(line, text => {
      let expected: readonly string[] | undefined;
      try {
        expected = lex(text);
      } catch {
        expected = undefined;
      }
      const lexed = lexLine(text);
      assert.deepEqual('words' in lexed ? lexed.words : undefined, expected);
    }),
    { numRuns: 3000 },
  );
});

test('what was quoted is read back, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 16 }), values => {
      assert.deepEqual(wordsOf(values.map(quote).join(' ')), values);
    }),
  );
});

test('a long line takes no more than linear time', () => {
  assert.ok('error' in lexLine(`"${'\\\\'.repeat(50_000)}"`));
  assert.equal(wordsOf(' '.repeat(100_000)).length, 0);
  assert.equal(wordsOf('x '.repeat(100_000)).length, 16);
});
