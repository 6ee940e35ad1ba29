import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { exitCodes } from '../../src/cli/outcome.ts';
import { allCommands } from '../../src/commands/all-commands.ts';
import { ovpnkit } from './cli-process.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

/** The files that Node loaded for this command line, as V8 counts them. */
async function loadedBy(t: TestContext, args: readonly string[]): Promise<string> {
  const directory = temporaryFolder(t);
  await ovpnkit(t, args, { NODE_V8_COVERAGE: directory });
  const reports = readdirSync(directory).map(name => JSON.parse(readFileSync(join(directory, name), 'utf8')));
  return reports.flatMap(({ result }) => result.map(({ url }: { url: string }) => url)).join('\n');
}

describe('the command line', () => {
  it('prints the version, wherever it is asked for', async t => {
    for (const args of [['--version'], ['-V'], ['status', '--version']]) {
      assert.deepEqual(await ovpnkit(t, args), { code: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  it('loads for the version nothing but the version, and for help neither the library nor a table', async t => {
    const forVersion = await loadedBy(t, ['--version']);
    assert.match(forVersion, /ovpnkit\.js/);
    assert.doesNotMatch(forVersion, /commander|main\.js|packages\/management/);
    const forHelp = await loadedBy(t, ['status', '--help']);
    assert.match(forHelp, /commander/);
    assert.doesNotMatch(forHelp, /packages\/management|string-width/);
  });

  it('explains itself: every command, every exit code, where the daemon is', async t => {
    const { code, stdout } = await ovpnkit(t, ['--help']);
    assert.equal(code, 0);
    for (const { name } of allCommands) assert.match(stdout, new RegExp(`^ {2}${name}\\b`, 'm'));
    for (const code of Object.keys(exitCodes)) assert.match(stdout, new RegExp(`^ {2}${code} `, 'm'));
    assert.match(stdout, /OVPNKIT_MANAGEMENT/);
  });

  for (const command of allCommands) {
    it(`shows the options and examples of ${command.name}`, async t => {
      const { code, stdout } = await ovpnkit(t, ['help', command.name]);
      assert.equal(code, 0);
      const unfolded = stdout.replace(/ \\\n +/g, ' ');
      for (const { line } of command.examples) assert.ok(unfolded.includes(line), line);
      for (const [key, { negated, hidden }] of Object.entries(command.options)) {
        if (hidden) continue;
        const name = key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
        assert.match(stdout, new RegExp(`--${negated ? 'no-' : ''}${name}\\b`));
      }
      assert.equal(stdout.includes('--management <address>'), command.daemon === true);
    });
  }

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['statsu'], /^ovpnkit: unknown command 'statsu'; did you mean status\?\n$/],
    [['status', '--bogus'], /^ovpnkit: unknown option '--bogus'; see `ovpnkit help status`\n$/],
    [['status', 'extra'], /^ovpnkit: too many arguments for 'status': it takes none, and got 1; .*\n$/],
    [['status', '--format', '4'], /^ovpnkit: option '--format <number>' argument '4' is invalid: .*\n$/],
    [['status', '--management', 'nowhere'], /^ovpnkit: .*'nowhere' is invalid: write unix:.*\n$/],
    [['status', '--management', 'tcp:host:99999'], /^ovpnkit: .* write unix:.*\n$/],
    [['events', '--bytecount', '0'], /^ovpnkit: .* whole number, 1 to 86400\n$/],
    [['watch', '--interval', 'soon'], /^ovpnkit: .* number of seconds.*\n$/],
    [['status'], /^ovpnkit: say where the daemon is, .*OVPNKIT_MANAGEMENT\n$/],
    [['status', '\x1b[31m'], /^ovpnkit: [^\x1b]*\n$/],
  ];
  for (const [args, message] of wrong) {
    it(`refuses '${JSON.stringify(args).slice(1, -1)}' in one sentence, with code 2`, async t => {
      const { code, stdout, stderr } = await ovpnkit(t, args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, message);
    });
  }

  it('shows the help on stderr when no command is given, with code 2', async t => {
    const { code, stdout, stderr } = await ovpnkit(t, []);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /^Usage: ovpnkit/);
  });

  it('takes the address from the environment, unless the variable is empty or the option is given', async t => {
    const directory = temporaryFolder(t);
    const [one, other] = [join(directory, 'one'), join(directory, 'other')];
    const env = (value: string) => ({ OVPNKIT_MANAGEMENT: value });
    assert.match((await ovpnkit(t, ['status'], env(one))).stderr, /\/one: there is no such socket/);
    assert.match((await ovpnkit(t, ['status', '--management', other], env(one))).stderr, /\/other: there is/);
    assert.match((await ovpnkit(t, ['--management', other, 'status'], env(one))).stderr, /\/other: there is/);
    assert.match((await ovpnkit(t, ['status'], env(''))).stderr, /say where the daemon is/);
    const invalid = await ovpnkit(t, ['status'], env('nowhere'));
    assert.equal(invalid.code, 2);
    assert.match(invalid.stderr, /from env 'OVPNKIT_MANAGEMENT' is invalid/);
  });
});
