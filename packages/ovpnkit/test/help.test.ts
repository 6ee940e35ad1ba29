import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { groups } from '../src/cli/groups.ts';
import { exitCodes, outcomes } from '../src/cli/outcome.ts';
import { allCommands } from '../src/commands/all-commands.ts';
import { commandHelp } from '../src/help/command-help.ts';
import { manPages } from '../src/help/man-pages.ts';
import { grouped, programHelp } from '../src/help/program-help.ts';
import { roff } from '../src/help/roff.ts';
import { foldCommand, wrap } from '../src/help/wrap.ts';

const edition = { version: '1.2.3', date: '2026-11-28' };
const wide = (text: string, columns: number): string[] =>
  text.split('\n').filter(line => line.length > columns);

describe('the help', () => {
  it('has every command in one group, and no group without a command', () => {
    const shown = grouped(allCommands);
    equal(shown.length, Object.keys(groups).length);
    for (const { members } of shown) ok(members.length > 0);
    deepEqual(
      shown.flatMap(({ members }) => members.map(({ name }) => name)).sort(),
      allCommands.map(({ name }) => name).sort(),
    );
    match(programHelp(allCommands, 80), /^OpenVPN 3:\n {2}config-import /m);
  });

  it('fits 80 columns, and each command of the list one line', () => {
    deepEqual(wide(programHelp(allCommands, 80), 80), []);
    for (const { name, summary } of allCommands)
      match(
        programHelp(allCommands, 80),
        new RegExp(`^ {2}${name} +${summary.replace(/[.]/g, '\\.')}$`, 'm'),
      );
    for (const command of allCommands) deepEqual(wide(commandHelp(command, 80), 80), [], command.name);
  });

  it('tells of --management where a command takes it, and nowhere else', () => {
    for (const command of allCommands) {
      for (const text of [
        commandHelp(command, 80),
        manPages([command], edition).get(`ovpnkit-${command.name}.1`),
      ])
        equal(/^ *(\\fB)?(-|\\-){2}management/m.test(text ?? ''), command.daemon === true, command.name);
    }
  });

  it('gives each exit code one meaning, and every outcome a code', () => {
    equal(new Set(Object.values(exitCodes)).size, Object.keys(exitCodes).length);
    for (const code of Object.values(outcomes)) ok(code in exitCodes);
    const shared = Object.entries(outcomes).filter(
      ([name, code]) => Object.entries(outcomes).find(([, other]) => other === code)?.[0] !== name,
    );
    deepEqual(shared, [['output-closed', 0]], 'two outcomes of one code');
  });

  it('folds a command so that a shell reads the same words', () => {
    for (const { examples } of allCommands) {
      for (const { line } of examples)
        equal(
          foldCommand(line, 60)
            .join('\n')
            .replace(/ \\\n +/g, ' '),
          line,
        );
    }
  });

  it('wraps without losing a word', () => {
    const text = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }).map(words => words.join(' '));
    fc.assert(
      fc.property(text, fc.integer({ min: 12, max: 80 }), (text, width) => {
        const lines = wrap(text, width);
        equal(lines.join(' '), text);
        for (const line of lines) ok(line.length <= width);
      }),
    );
  });
});

describe('the manual', () => {
  it('has a page for the program and one for each command, and the package names them all', () => {
    const { man, files } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
    deepEqual([...man].sort(), [...manPages(allCommands, edition).keys()].map(name => `man/${name}`).sort());
    ok(files.includes('man'));
  });

  it('lets no text become a request or an escape', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('.', "'", '\\', 'f', 'B', '-', 'é', '…', '"', '~', '`') }),
        text => {
          const page = roff(text);
          ok(!/^['.]/.test(page), page);
          match(page, /^([\x20-\x5b\x5d-\x7e]|\\(\((rs|aq|ga|ti|ha|dq)|-|&|\[u[0-9A-F]+\]))*$/);
        },
      ),
    );
  });
});
