import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { StatusRow } from '../../src/protocol/status.ts';
import { createStatusParser, parseStatus } from '../../src/protocol/status-parser.ts';
import { statusLines } from '../recordings.ts';
import { fieldLikeName } from './field-like-name.ts';

describe('the status parser', () => {
  const line = fc.oneof(
    fc.constantFrom('OpenVPN CLIENT LIST', 'OpenVPN STATISTICS', 'ROUTING TABLE', 'GLOBAL STATS', 'END', ''),
    fc
      .tuple(
        fc.constantFrom('TITLE', 'TIME', 'HEADER', 'CLIENT_LIST', 'ROUTING_TABLE', 'GLOBAL_STATS', 'Updated'),
        fieldLikeName,
      )
      .chain(([first, rest]) =>
        fc.constantFrom(',', '\t').map(separator => [first, ...rest].join(separator)),
      ),
    fc.constantFrom(...statusLines('server-1client-v1'), ...statusLines('server-1client-v2')),
    fc.string(),
  );

  it('never throws, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(line), lines => {
        const parser = createStatusParser();
        const rows = lines
          .map(text => parser.push(text))
          .filter((row): row is StatusRow => row !== undefined);
        for (const row of rows) if (row.type === 'malformed') assert.ok(lines.includes(row.line));
        parseStatus(lines);
      }),
      { numRuns: 1000 },
    );
  });

  it('makes no status of something that has neither a title nor a time', () => {
    for (const lines of [[], [''], ['hello'], ['END'], ['CLIENT_LIST,x']])
      assert.equal(parseStatus(lines), undefined);
  });

  it('keeps every row that it cannot read', () => {
    const lines = [
      'TITLE,x',
      'TIME,x,1',
      'CLIENT_LIST,before,its,header',
      'NEWS,1',
      'GLOBAL_STATS,x',
      'GLOBAL_STATS,x,-1',
    ];
    assert.deepEqual(parseStatus(lines)?.malformed, lines.slice(2));
  });
});
