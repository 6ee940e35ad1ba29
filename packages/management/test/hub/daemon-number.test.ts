import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCid, readInteger, readKid } from '../../src/hub/daemon-number.ts';

describe('a number in a command', () => {
  it('goes as far as there are digits', () => {
    assert.equal(readCid('5status'), 5n);
    assert.equal(readCid(' +5'), 5n);
    assert.equal(readCid('0x10'), 0n);
    assert.equal(readInteger('2x'), 2);
    assert.equal(readInteger('-1'), -1);
  });

  it('is missing without digits, which is 0 where the daemon uses atoi', () => {
    for (const word of ['', 'x5', '-', '+ 5', '"5']) {
      assert.equal(readCid(word), undefined, word);
      assert.equal(readKid(word), undefined, word);
      assert.equal(readInteger(word), 0, word);
    }
  });

  it('is what the C library of the daemon makes of one that is too large', () => {
    assert.equal(readInteger('99999999999'), 1215752191); // seen on 2.6.14, in the reply to env-filter
    assert.equal(readInteger('99999999999999999999'), -1);
    assert.equal(readKid('4294967297'), 1n);
    assert.equal(readCid('18446744073709551616'), 18446744073709551615n);
    assert.equal(readCid('-1'), 18446744073709551615n);
  });
});
