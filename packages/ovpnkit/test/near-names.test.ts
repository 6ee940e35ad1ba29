import { deepEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nearNames, suggestion } from '../src/cli/near-names.ts';
import { unknownCommand } from '../src/cli/unknown-command.ts';
import { allCommands } from '../src/commands/all-commands.ts';

const names = allCommands.map(({ name }) => name);
const near = (typed: string): string[] => nearNames(typed, names).sort();

describe('the names near to another', () => {
  const sessions = names.filter(name => name.startsWith('session')).sort();
  const cases: Readonly<Record<string, readonly string[]>> = {
    session: sessions,
    sess: sessions,
    config: names.filter(name => name.startsWith('config')).sort(),
    statsu: ['status'],
    evnts: ['events'],
    vresion: ['version'],
    start: ['session-start'],
    import: ['config-import'],
    list: ['configs-list', 'sessions-list'],
    'session-list': ['sessions-list'],
    'sesion-start': ['session-start'],
    SESSION_START: ['session-start'],
    stat: ['session-stats', 'state', 'status'],
    nope: [],
    x: [],
    '': [],
  };
  for (const [typed, expected] of Object.entries(cases)) {
    it(`of '${typed}' are ${expected.join(', ') || 'none'}`, () => deepEqual(near(typed), expected));
  }

  it('include a name that was misspelled by one letter', () => {
    const long = names.filter(name => name.length > 4);
    fc.assert(
      fc.property(fc.constantFrom(...long), fc.nat(), (name, index) => {
        const at = 1 + (index % (name.length - 1));
        const typed = `${name.slice(0, at)}${name.slice(at + 1)}`;
        fc.pre(!names.some(other => `-${other}`.includes(`-${typed}`))); // it begins another
        ok(near(typed).includes(name));
      }),
    );
  });

  it('are told in half a sentence', () => {
    deepEqual(suggestion([]), '');
    deepEqual(suggestion(['a']), '; did you mean a?');
    deepEqual(suggestion(['a', 'b', 'c']), '; did you mean a, b or c?');
  });

  it('are those that say that they do it, where no name is near', () => {
    deepEqual(
      unknownCommand('disconnect', allCommands).message,
      "unknown command 'disconnect'; did you mean kill or session-manage?",
    );
    deepEqual(
      unknownCommand('nope', allCommands).message,
      "unknown command 'nope'; `ovpnkit help` lists them all",
    );
  });
});
