// The completion scripts in the shells that a machine for the tests does not have, and the manual in another reader.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { allCommands } from '../../src/commands/all-commands.ts';
import { fishCompletion } from '../../src/completion/fish.ts';
import { zshCompletion } from '../../src/completion/zsh.ts';
import { manPages } from '../../src/help/man-pages.ts';
import { start } from './cli-process.ts';

const names = ['office', 'my office', '$(touch ran)'];

function desk(t: TestContext, script: string): { folder: string; env: NodeJS.ProcessEnv } {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, '_ovpnkit'), script);
  writeFileSync(join(folder, 'ovpnkit'), `#!/bin/sh\ncat <<'END'\n${names.join('\n')}\nEND\n`);
  chmodSync(join(folder, 'ovpnkit'), 0o755);
  return { folder, env: { PATH: `${folder}:${process.env.PATH}`, HOME: folder, TERM: 'dumb' } };
}

describe('the completion of fish', () => {
  it('knows commands, options, values and names', async t => {
    const { folder, env } = desk(t, fishCompletion(allCommands));
    const offers = async (line: string): Promise<string[]> => {
      const run = `source ${folder}/_ovpnkit; complete -C ${JSON.stringify(line)}`;
      const { stdout, stderr } = await start(t, ['fish', '--no-config', '-c', run], env).ended;
      equal(stderr, '');
      return stdout
        .split('\n')
        .filter(Boolean)
        .map(each => each.split('\t')[0] ?? '');
    };
    deepEqual(
      (await offers('ovpnkit sess')).sort(),
      allCommands.flatMap(({ name }) => (name.startsWith('sess') ? [name] : [])).sort(),
    );
    deepEqual(await offers('ovpnkit status --so'), ['--sort']);
    deepEqual(await offers('ovpnkit --management /x status --sort rec'), ['received']);
    deepEqual(await offers('ovpnkit tunnel '), ['up']);
    ok((await offers('ovpnkit session-start --config ')).includes('my office'));
    deepEqual(await offers('ovpnkit lab --man'), []);
  });
});

describe('the completion of zsh', () => {
  it('knows commands, options, values and names', async t => {
    const { folder, env } = desk(t, zshCompletion(allCommands));
    // What is typed on a terminal of its own; Ctrl-X is bound to print the line.
    writeFileSync(
      join(folder, 'drive'),
      `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "fpath=(${folder} \\$fpath); autoload -Uz compinit; compinit -u -D; show() { print -r -- \\"LINE<\\$BUFFER>\\"; BUFFER= }; zle -N show; bindkey '^X' show; bindkey '^I' complete-word; print REA''DY"
wait_for() { local chunk all=; while zpty -r shell chunk; do all+=$chunk; [[ $all == *$1* ]] && break; done; print -r -- "$all" }
wait_for READY >/dev/null
for line in "$@"; do zpty -w -n shell "$line"$'\\t\\C-x'; wait_for '>'$'\\r' | grep -ao 'LINE<.*>'; done
zpty -d shell
`,
    );
    const typed = {
      'ovpnkit session-sto': 'ovpnkit session-sto',
      'ovpnkit session-man': 'ovpnkit session-manage ',
      'ovpnkit status --sort rec': 'ovpnkit status --sort received ',
      'ovpnkit hold rel': 'ovpnkit hold release ',
      'ovpnkit config-dump --config my': 'ovpnkit config-dump --config my\\ office ',
    };
    const { stdout } = await start(t, ['zsh', '-f', join(folder, 'drive'), ...Object.keys(typed)], env).ended;
    deepEqual(
      stdout.split('\n').filter(Boolean),
      Object.values(typed).map(line => `LINE<${line}>`),
    );
  });
});

describe('the manual', () => {
  it('has nothing that mandoc warns of', async t => {
    const folder = temporaryFolder(t);
    for (const [name, page] of manPages(allCommands, { version: '1.2.3', date: '2026-11-28' })) {
      const file = join(folder, name);
      writeFileSync(file, page);
      const { stdout, stderr } = await start(t, ['mandoc', '-Tlint', '-W', 'warning', file]).ended;
      equal(stdout + stderr, '', name);
    }
  });
});
