// npm run bench -- openvpn3 [--markdown] [FIGURE …]: measures the figures of a backend VPN client process, all when none
// is named, and prints them. Needs root, openvpn, dbus-daemon and iperf3.
import { parseArgs } from 'node:util';
import { machine } from '../../../bench/machine.ts';
import { markdownTable, type Row, textTable } from '../../../bench/table.ts';
import { connect } from './connect.ts';
import { many } from './many.ts';
import { memory } from './memory.ts';
import { ping } from './ping.ts';
import { start } from './start.ts';
import { throughput } from './throughput.ts';

const figures: Readonly<Record<string, () => Promise<Row[]>>> = {
  start,
  ping,
  connect,
  memory,
  many,
  throughput,
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
  rows.push(...((await figures[name]?.()) ?? []));
}
console.log(`\n${machine()}\n\n${values.markdown ? markdownTable(rows) : textTable(rows)}`);
process.exit();
