// npm run bench -- openvpn3-stack [--markdown] [FIGURE …]: measures the figures of the services around the backends, all
// when none is named, and prints them. Needs root, openvpn, dbus-daemon and dbus-monitor.
import { parseArgs } from 'node:util';
import { machine } from '../../../bench/machine.ts';
import { markdownTable, type Row, textTable } from '../../../bench/table.ts';
import { stackForward } from './stack-forward.ts';
import { stackMemory } from './stack-memory.ts';
import { stackRegistration } from './stack-registration.ts';
import { stackStart } from './stack-start.ts';

const figures: Readonly<Record<string, () => Promise<Row[]>>> = {
  registration: stackRegistration,
  start: stackStart,
  memory: stackMemory,
  forward: stackForward,
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
