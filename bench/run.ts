// npm run bench -- [--markdown] [FIGURE …]: measures the figures, all when none is named, and prints them.
import { parseArgs } from 'node:util';
import { byteAtATime } from './byte-at-a-time.ts';
import { hub } from './hub.ts';
import { machine } from './machine.ts';
import { pid } from './pid.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { statusRows } from './status-rows.ts';
import { stream } from './stream.ts';
import { markdownTable, type Row, textTable } from './table.ts';

const figures: Readonly<Record<string, () => Promise<Row[]>>> = {
  stream,
  status,
  'status-rows': statusRows,
  pid,
  'byte-at-a-time': byteAtATime,
  start,
  hub,
};

const { values, positionals } = parseArgs({
  options: { markdown: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const names = positionals.length > 0 ? positionals : Object.keys(figures);
const unknown = names.find(name => !Object.hasOwn(figures, name));
if (unknown !== undefined) {
  console.error(`bench: there is no figure '${unknown}'; the figures are ${Object.keys(figures).join(', ')}`);
  process.exit(2);
}

const rows: Row[] = [];
for (const name of names) {
  console.error(`measuring ${name} …`);
  try {
    rows.push(...((await figures[name]?.()) ?? []));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
console.log(`\n${machine()}\n\n${values.markdown ? markdownTable(rows) : textTable(rows)}`);
