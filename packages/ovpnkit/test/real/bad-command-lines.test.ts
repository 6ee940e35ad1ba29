// Command lines that cannot be: each is answered with one sentence, its code, and before anybody is asked for anything.
import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { allCommands } from '../../src/commands/all-commands.ts';
import { program, start } from './cli-process.ts';

/** What comes before the end of the sentence; the code is 2. */
const wrong: readonly (readonly [line: string, sentence: RegExp])[] = [
  ['nope', /^unknown command 'nope'; `ovpnkit help` lists them all$/],
  ['session', /^unknown command 'session'; did you mean session-start, .* or session-stats\?$/],
  ['nope --help', /^unknown command 'nope'/],
  ['help nope', /^unknown command 'nope'/],
  ['help session', /did you mean session-start/],
  ['help a b', /^too many arguments for 'help'/],
  ['-x', /^unknown option '-x'; see `ovpnkit help`$/],
  ['--bogus status', /^unknown option '--bogus'/],
  ['status --jsno', /^unknown option '--jsno'; did you mean --json\?$/],
  ['configs-list --managment x', /^unknown option '--managment'; see `ovpnkit help configs-list`$/],
  ['--management', /argument missing$/],
  ['status --management nowhere', /argument 'nowhere' is invalid: write unix:/],
  ['status --management unix:/x --password-file none', /^the password file none cannot be read: ENOENT/],
  ['status --management unix:/x --password-file folder', /^the password file folder cannot be read: EISDIR/],
  [
    'status --management unix:/x --password-file empty',
    /^the first line of the password file empty is empty/,
  ],
  ['lab --management unix:/x', /^'lab' talks to no daemon, so it takes no --management$/],
  ['--password-file x sessions-list', /^'sessions-list' talks to no daemon, so it takes no --password-file$/],
  ['signal', /^'signal' needs the argument 'name'; see `ovpnkit help signal`$/],
  ['signal usr7', /^there is no signal usr7; take one of SIGHUP/],
  ['kill', /^'kill' needs the argument 'target'/],
  ['kill --halt --restart bob', /^--halt and --restart exclude each other$/],
  ['hold maybe', /^'maybe' is no action; take on, off or release$/],
  ['raw', /^'raw' needs the argument 'word'/],
  ['raw foo', /^how the answer to 'foo' ends is not known here: add --reply status .* --reply block/],
  ['raw client-auth 1 1', /needs a body/],
  ['log x', /^'x' is no number of lines/],
  ['log 3 -n 3', /^give the number of lines once/],
  ['log -n 0', /must be a whole number, 1 or more$/],
  ['log 3 --config office', /a session has no history$/],
  ['log --log-level 3', /^say which session, with --config, --session-path or --interface$/],
  ['log --session-path x', /must be an object path/],
  ['events --seconds soon', /must be a number of seconds/],
  ['watch --interval 0', /must be a number of seconds/],
  ['status --format 4', /is invalid: allowed choices are 1, 2, 3$/],
  ['hub', /^say where programs connect, with --listen/],
  ['hub stop', /^'stop' is no action of the hub/],
  ['hub --listen nowhere', /^'nowhere' is no place to listen at/],
  ['hub --listen listen:unix:/x', /is no place to listen at/],
  ['hub --listen unix:/x,role=king', /^there is no role 'king'/],
  ['hub --listen unix:/x,mode=9', /is no mode/],
  ['hub --listen unix:/x,color=red', /^there is no setting 'color'/],
  ['hub --listen tcp:0.0.0.0:7505', /open to the network without a password/],
  ['hub --listen unix:/x --seconds 0', /must be a number of seconds/],
  ['record', /^'record' needs the argument 'file'/],
  ['record none/file --management unix:/x', /^none\/file cannot be made: ENOENT/],
  ['record empty --management unix:/x', /^empty cannot be made: EEXIST/],
  ['replay empty', /^say where programs connect, with --listen/],
  ['replay none --listen unix:x.sock', /^none cannot be replayed: ENOENT/],
  ['replay empty --listen unix:x.sock', /^empty cannot be replayed: /],
  ['replay empty --listen unix:x.sock --speed fast', /^--speed is how many/],
  ['lab --clients 300', /must be a whole number, 0 to 253$/],
  ['completion', /^say for which shell: bash, zsh or fish$/],
  ['completion tcsh', /^there is no script for 'tcsh'; take bash, zsh or fish$/],
  ['config-import', /^say which file, with --config/],
  ['config-import --config none', /^Cannot read none: ENOENT/],
  ['config-import --config folder', /^Cannot read folder: EISDIR/],
  ['config-manage', /^say which configuration, with --config or --path$/],
  ['config-acl --show', /^say which configuration/],
  ['config-dump', /^say which configuration/],
  ['config-remove', /^say which configuration/],
  ['config-dump --path office', /argument 'office' is invalid: it must be an object path/],
  ['config-acl --config x --seal maybe', /^too many arguments for 'config-acl'/],
  ['config-manage --config x --dco maybe', /must be true or false$/],
  ['config-manage --config x --ipv6 maybe', /allowed choices are yes, no, default$/],
  ['session-start', /^say what to start, with --config or --config-path$/],
  ['session-start --config x --timeout x', /must be a number of seconds/],
  ['session-manage --config x', /^say what to do, with --pause/],
  ['session-manage --pause', /^say which session, with --config/],
  ['session-manage --pause --resume --config x', /^give one of --pause and --resume$/],
  ['session-manage --config x --log-level 9', /must be a whole number, 0 to 6$/],
  ['session-auth --auth-req x', /must be a whole number/],
  ['session-acl', /^say which session/],
  ['session-stats', /^say which session/],
  ['session-stats --path ../x', /must be an object path/],
  ['tunnel', /^'tunnel' needs the argument 'action'/],
  ['tunnel up', /^'tunnel' needs the argument 'profile'/],
  ['tunnel down empty', /^say `tunnel up PROFILE`$/],
  ['tunnel up none', /^Cannot read none: ENOENT/],
  ['service', /^'service' needs the argument 'name'/],
  ['service nope', /^there is no service 'nope'; the names are /],
  ['service constructor', /^there is no service 'constructor'/],
  ['service install --prefix here', /^--prefix here is no absolute path$/],
  ['service install --user a:b', /^--user a:b is no name of a user$/],
  ['service log extra', /^service log: Unexpected argument 'extra'$/],
  ['service netcfg --bogus', /^service netcfg: Unknown option '--bogus'$/],
  ['service all --log-level 9', /^service all: --log-level 9 is not between 0 and 6$/],
  ['__proto__', /^unknown command '__proto__'/],
];

describe('a wrong command line', { concurrency: 4 }, () => {
  const run = (t: TestContext, args: readonly string[]) => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'empty'), '');
    const inside = ['sh', '-c', 'cd "$0" && exec "$@"', folder, process.execPath, program, ...args];
    // A bus that nobody serves: who asks it has asked too early.
    return start(t, inside, { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }).ended;
  };

  for (const [line, sentence] of wrong) {
    it(`is '${line}'`, async t => {
      const { code, stdout, stderr } = await run(t, line.split(' '));
      deepEqual([code, stdout], [2, ''], stderr);
      match(stderr, /^ovpnkit: [^\n]+\n$/);
      match(stderr.slice('ovpnkit: '.length, -1), sentence);
    });
  }

  it('is one with an option that no command has, whatever the command', async t => {
    for (const { name } of allCommands) {
      if (name === 'service') continue; // its names come first
      const { code, stderr } = await run(t, [name, '--no-such-option']);
      equal(code, 2, name);
      match(stderr, /^ovpnkit: unknown option '--no-such-option'[^\n]*\n$/);
    }
  });

  it('is not one that asks for a bus that is not there: that is 7, in one sentence too', async t => {
    for (const line of [
      'sessions-list',
      'configs-list --count',
      'session-manage --cleanup',
      'log --config x',
    ]) {
      const { code, stderr } = await run(t, line.split(' '));
      equal(code, 7, line);
      match(stderr, /^ovpnkit: [^\n]*is a bus there\?\n$/);
    }
  });
});
