import { deepEqual, match } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { allCommands } from '../../src/commands/all-commands.ts';
import { manPages } from '../../src/help/man-pages.ts';
import { start } from './cli-process.ts';

describe('the manual', () => {
  it('is read by groff without a warning', async t => {
    const folder = temporaryFolder(t);
    const pages = manPages(allCommands, { version: '1.2.3', date: '2026-11-28' });
    const files = [...pages].map(([name, page]) => {
      writeFileSync(join(folder, name), page);
      return join(folder, name);
    });
    const { code, stdout, stderr } = await start(t, ['groff', '-man', '-ww', '-Tutf8', '-P-cbou', ...files])
      .ended;
    deepEqual([code, stderr], [0, '']);
    match(stdout, /ovpnkit-status - show who is connected, once/);
    match(stdout, /\| jq -r '\.clients\[\]\.commonName'/);
  });
});
