import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatTable } from '../src/output/table.ts';

const bold = (_: unknown, text: string): string => `\x1b[1m${text}\x1b[22m`;
const plain = (_: unknown, text: string): string => text;

describe('a table', () => {
  const columns = [
    { title: 'name', cell: ([name = '']: readonly string[]) => name },
    { title: 'bytes', align: 'right' as const, cell: ([, bytes = '']: readonly string[]) => bytes },
    { title: 'user', cell: ([, , user = '']: readonly string[]) => user },
  ];

  it('has its columns as wide as the widest cell on a terminal, and nothing behind the last', () => {
    const rows = [
      ['日本', '1 B', 'x'],
      ['bob', '1000 KiB', ''],
      ['e\u0301', '', 'a longer one'],
    ];
    assert.deepEqual(formatTable(columns, rows, plain), [
      'name     bytes  user',
      '日本       1 B  x',
      'bob   1000 KiB',
      'e\u0301               a longer one',
    ]);
  });

  it('has its titles styled, which takes no cell', () => {
    assert.equal(
      formatTable(columns, [['a', 'b', 'c']], bold)[0],
      '\x1b[1mname\x1b[22m  \x1b[1mbytes\x1b[22m  \x1b[1muser\x1b[22m',
    );
  });

  it('may have no row', () => {
    assert.deepEqual(formatTable(columns, [], plain), ['name  bytes  user']);
  });
});
