import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseCounter, parseEpoch, parseInteger, splitFields } from '../../src/protocol/field.ts';
import { parseEchoMessage, parseLogMessage } from '../../src/protocol/log.ts';
import { recordedLines } from '../recordings.ts';

const time = new Date(1795289010_000);

describe('a line of the log', () => {
  it('has the gravest of its flags for its severity', () => {
    const severity = (flags: string) => parseLogMessage(`1795289010,${flags},x`)?.severity;
    assert.deepEqual(['F', 'N', 'W', 'I', 'D', ''].map(severity), [
      'fatal',
      'error',
      'warning',
      'info',
      'debug',
      undefined,
    ]);
    assert.deepEqual(['IW', 'DN', 'NF', 'X'].map(severity), ['warning', 'error', 'fatal', undefined]);
  });

  it('has a text that may be empty or hold commas', () => {
    assert.deepEqual(parseLogMessage('1795289010,I,a,b,'), {
      time,
      flags: 'I',
      severity: 'info',
      text: 'a,b,',
    });
    assert.equal(parseLogMessage('1795289010,,')?.text, '');
  });

  it('is nothing else', () => {
    for (const line of ['', 'x', '1', '1,', '1,I', 'x,I,y', '1,i,x', '1,I I,x'])
      assert.equal(parseLogMessage(line), undefined, line);
  });

  it('is read in every recorded notification', () => {
    for (const line of recordedLines('>LOG:')) assert.ok(parseLogMessage(line.slice('>LOG:'.length)), line);
  });
});

describe('an echo', () => {
  it('has a time and a text that may hold commas', () => {
    assert.deepEqual(parseEchoMessage('1795289010,setenv A b,c'), { time, text: 'setenv A b,c' });
    assert.deepEqual(parseEchoMessage('1795289010,'), { time, text: '' });
    for (const line of ['', '1', 'x,y']) assert.equal(parseEchoMessage(line), undefined, line);
  });
});

describe('a field', () => {
  it('is a whole number in digits alone, as Number reads it', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999_999_999 }), n => assert.equal(parseInteger(String(n)), n)),
    );
    for (const bad of ['', ' 1', '1 ', '+1', '-1', '1.0', '1e3', '0x1', '１', '1234567890123456'])
      assert.equal(parseInteger(bad), undefined, bad);
  });

  it('is a counter of 64 bits, exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), n => assert.equal(parseCounter(String(n)), n)),
    );
    for (const bad of ['', '-1', '1.5', '1'.repeat(21), 'x']) assert.equal(parseCounter(bad), undefined, bad);
  });

  it('is a date that a Date can hold', () => {
    assert.equal(parseEpoch('0')?.getTime(), 0);
    assert.equal(parseEpoch('8640000000000')?.getTime(), 8.64e15);
    assert.equal(parseEpoch('8640000000001'), undefined);
  });

  it('is split off as often as asked, and the last keeps the rest', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.integer({ min: 1, max: 5 }), (parts, count) => {
        const text = parts.join(',');
        const fields = splitFields(text, ',', count);
        assert.equal(fields.join(','), text);
        assert.equal(fields.length, Math.min(count, text.split(',').length));
        assert.ok(fields.slice(0, -1).every(field => !field.includes(',')));
      }),
    );
  });
});
