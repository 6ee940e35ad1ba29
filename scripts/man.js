// Writes the manual pages of the program from the data of its commands into packages/ovpnkit/man, from the built files.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { allCommands } = await import('../packages/ovpnkit/dist/commands/all-commands.js');
const { readVersion } = await import('../packages/ovpnkit/dist/cli/version.js');
const { manPages } = await import('../packages/ovpnkit/dist/help/man-pages.js');

const folder = join(import.meta.dirname, '..', 'packages', 'ovpnkit', 'man');
// The same sources give the same pages to those who build packages.
const { SOURCE_DATE_EPOCH: epoch } = process.env;
const date = (epoch ? new Date(Number(epoch) * 1000) : new Date()).toISOString().slice(0, 10);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [name, page] of manPages(allCommands, { version: readVersion(), date })) {
  writeFileSync(join(folder, name), page);
}
