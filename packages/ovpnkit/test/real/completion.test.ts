// The completion script in a real bash.
import { deepEqual, equal } from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { allCommands } from '../../src/commands/all-commands.ts';
import { bashCompletion } from '../../src/completion/bash.ts';
import { ovpnkit, start } from './cli-process.ts';

/** Names that a shell would run, cut or lose if it were careless. */
const hostile = ['my office', 'office', '$(touch ran)', '`touch ran`', "o'brien"];

/** What bash offers for these words, as it has cut them; the last is the one to complete. */
async function completions(t: TestContext, lines: readonly (readonly string[])[]): Promise<string[][]> {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'script'), bashCompletion(allCommands));
  // What is looked up comes from a program that stands for ovpnkit, so that no bus is needed.
  writeFileSync(join(folder, 'ovpnkit'), `#!/bin/sh\ncat <<'END'\n${hostile.join('\n')}\nEND\n`);
  chmodSync(join(folder, 'ovpnkit'), 0o755);
  mkdirSync(join(folder, 'profiles'));
  writeFileSync(join(folder, 'profiles', 'office.ovpn'), '');
  const tries = lines.map(
    words => `COMP_WORDS=(ovpnkit ${words.map(word => `'${word}'`).join(' ')})
COMP_CWORD=${words.length} COMPREPLY=()
_ovpnkit ./ovpnkit 2>>errors
printf '%s\\037' "\${COMPREPLY[@]}"; printf '\\036'`,
  );
  writeFileSync(
    join(folder, 'try'),
    `compopt() { :; }\nsource ./script\n${tries.join('\n')}\n[ ! -e ran ]\n`,
  );
  const { code, stdout, stderr } = await start(t, ['sh', '-c', 'cd "$0" && exec bash --norc try', folder])
    .ended;
  deepEqual([code, stderr], [0, '']);
  return stdout
    .split('\x1e')
    .slice(0, -1)
    .map(each => each.split('\x1f').filter(Boolean));
}

describe('the completion of bash', () => {
  it('knows commands, options, values, arguments and files', async t => {
    const names = allCommands.map(({ name }) => name);
    const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
      [[''], names],
      [['sess'], names.filter(name => name.startsWith('sess'))],
      [['help', 'hol'], ['hold']],
      [['status', '--so'], ['--sort']],
      [
        ['status', '--format', ''],
        ['1', '2', '3'],
      ],
      [
        ['status', '--format', '=', ''],
        ['1', '2', '3'],
      ],
      [['--management', 'unix', ':', '/x', 'status', '--sort', 're'], ['received']],
      [['log', '-n', '3', '--foll'], ['--follow']],
      [['hold', 'r'], ['release']],
      [['tunnel', ''], ['up']],
      [['tunnel', 'up', 'profiles/'], ['profiles/office.ovpn']],
      [
        ['config-acl', '--lock-down', ''],
        ['true', 'false'],
      ],
      [['--management', 'unix', ':', 'profiles/'], ['profiles/office.ovpn']],
      [['lab', '--management'], []],
      [['kill', ''], []],
    ];
    deepEqual(
      await completions(
        t,
        cases.map(([words]) => words),
      ),
      cases.map(([, expected]) => expected),
    );
  });

  it('looks names up, and runs none of them', async t => {
    deepEqual(
      await completions(t, [
        ['session-start', '-c', ''],
        ['config-dump', '--config', 'o'],
        ['log', '-c', 'my'],
      ]),
      [hostile, ['office', "o'brien"], ['my office']],
    );
  });

  it('is what the command prints, as are those of the other shells', async t => {
    equal((await ovpnkit(t, ['completion', 'bash'])).stdout, bashCompletion(allCommands));
    for (const shell of ['zsh', 'fish']) equal((await ovpnkit(t, ['completion', shell])).code, 0);
  });

  it('hears nothing when there is no bus', async t => {
    const env = { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
    for (const kind of ['configuration', 'session', 'device'])
      deepEqual(await ovpnkit(t, ['completion', '--list', kind], env), { code: 0, stdout: '', stderr: '' });
  });
});
