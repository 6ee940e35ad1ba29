import { parseArgs } from 'node:util';
import { machine } from './machine.ts';
import { markdownTable, type Row, textTable } from './table.ts';

/**
 * Measures the figures that the command line names, `[--markdown] [FIGURE …]`, all when it names none, one after the
 * other in the order given, and prints their rows below a line about the machine. A figure that cannot be measured is
 * reported, the others are measured all the same, and the exit code is 1; a name that is not a figure ends the process
 * with 2 before anything is measured.
 */
export async function runFigures(figures: Readonly<Record<string, () => Promise<Row[]>>>): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { markdown: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const names = positionals.length > 0 ? positionals : Object.keys(figures);
  const unknown = names.find(name => !Object.hasOwn(figures, name));
  if (unknown !== undefined) {
    console.error(
      `bench: there is no figure '${unknown}'; the figures are ${Object.keys(figures).join(', ')}`,
    );
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
}
