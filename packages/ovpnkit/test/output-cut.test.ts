import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cells, cut, shorten, wrap } from '../src/output/cut.ts';
import { joinParts, type Part } from '../src/output/parts.ts';
import { printable } from '../src/output/printable.ts';
import { formatWhen } from '../src/output/quantity.ts';

const text = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('日本語', '198.51.100.7:49152 and 12', 'x'.repeat(99), '👨‍👩‍👧'),
  )
  .map(printable);

describe('a text that has to fit', () => {
  it('is shortened at a boundary, so that no number is shown in part', () => {
    assert.equal(shorten('from 198.51.100.7:49152', 18), 'from …');
    assert.equal(shorten('client 123456 is here', 12), 'client …');
    assert.equal(shorten('site-12345', 8), 'site…');
    assert.equal(shorten('2001:db8:1234:5678:9abc:def0:1:2', 20), '2001:db8:1234:5678:…');
    assert.equal(shorten('a word that_is_much_too_long_for_it', 24), 'a word that_is_much_too…');
    assert.equal(shorten('12345678901234567890', 8), '1234567…');
    assert.equal(shorten('fits', 4), 'fits');
  });

  it('never takes more cells than there are, however it is cut', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 60 }), (text, columns) => {
        assert.ok(cells(cut(text, columns)) <= columns);
        assert.ok(cells(shorten(text, columns)) <= columns);
        for (const line of wrap(text, columns)) assert.ok(cells(line) <= columns);
        assert.ok(wrap(text, columns, 2).length <= 2);
      }),
    );
  });

  it('keeps all its words when it is wrapped', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 60 }), (words, columns) => {
        assert.equal(wrap(words.join(' '), columns).join('').replaceAll(' ', ''), words.join(''));
      }),
    );
    assert.deepEqual(wrap('one two three', 8), ['one two', 'three']);
    assert.deepEqual(wrap('one two three four', 8, 2), ['one two', 'three …']);
  });

  it('leaves out whole parts, the least important first', () => {
    const parts: Part[] = [
      { spellings: [['OpenVPN 2.6.14', 3]] },
      {
        spellings: [
          ['CONNECTED SUCCESS', 1],
          ['CONNECTED', 4],
        ],
        paint: text => `<${text}>`,
      },
      { spellings: [['process 1234', 0]] },
      { spellings: [['', 9]] },
    ];
    assert.equal(joinParts(parts, 80), 'OpenVPN 2.6.14  <CONNECTED SUCCESS>  process 1234');
    assert.equal(joinParts(parts, 46), 'OpenVPN 2.6.14  <CONNECTED SUCCESS>');
    assert.equal(joinParts(parts, 30), 'OpenVPN 2.6.14  <CONNECTED>');
    assert.equal(joinParts(parts, 20), '<CONNECTED>');
    assert.equal(joinParts(parts, 5), '<CONN…>');
    assert.equal(joinParts([], 5), '');
  });
});

describe('a time', () => {
  it('has its date when it is of another day', () => {
    const now = new Date(2026, 10, 28, 0, 30);
    assert.equal(formatWhen(new Date(2026, 10, 28, 0, 10, 5), now), '00:10:05');
    assert.equal(formatWhen(new Date(2026, 10, 27, 23, 59, 59), now), '2026-11-27 23:59');
    assert.equal(formatWhen(new Date(2025, 10, 28, 0, 10), now), '2025-11-28 00:10');
  });
});
