import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { accounts, eventually } from '@ovpnkit/lab/testing';
import { configurations, sessions } from '@ovpnkit/openvpn3';
import { skip } from '../../../../openvpn3/test/real/test-bed.ts';
import { masked, type RecordedScreen, recordedScreens } from './front-end-recordings.ts';
import { type FrontEndStage, openFrontEndStage, type RunOptions } from './front-end-stage.ts';

/** `g1` has a certificate, `g2` asks for a user name and a password. */
async function openDesk(t: TestContext): Promise<FrontEndStage> {
  const stage = await openFrontEndStage(t);
  await stage.file('prof.ovpn', await stage.server.profile('cert'));
  await stage.file('user.ovpn', await stage.server.profile('userpass'));
  await stage.file('static.ovpn', await stage.server.profile('static'));
  await stage.file('noserver.ovpn', await stage.server.profile('unreachable'));
  await stage.run(['config-import', '--config', 'prof.ovpn', '--name', 'g1']);
  await stage.run(['config-import', '--config', 'user.ovpn', '--name', 'g2']);
  return stage;
}

const start = ['session-start', '--config'];
const manage = ['session-manage', '--config'];
const login = (user: string, password: string, ...more: (readonly [string, string])[]) => ({
  typed: [['Auth User name: ', user], ['Auth Password: ', password], ...more] as const,
});

describe('the commands about sessions', { skip, concurrency: 2 }, () => {
  it('say what those of openvpn3 say, and end with the same codes', async t => {
    const stage = await openDesk(t);
    const replay = async (screen: RecordedScreen, options: RunOptions = {}) => {
      const { code, output } = await stage.run(screen.args, { as: screen.as, ...options });
      return {
        code,
        output: masked(output),
        recorded: masked(screen.output),
        command: screen.args.join(' '),
      };
    };
    const same = async (name: string, options: RunOptions = {}) => {
      for (const screen of recordedScreens(name)) {
        const { code, output, recorded, command } = await replay(screen, options);
        deepEqual([command, code, output], [command, screen.code, recorded]);
      }
    };
    const quietly = async (...args: string[]) => {
      const { code, output } = await stage.run(args);
      equal(code, 0, output);
    };

    await same('cli-sessions-list-empty');
    await same('cli-session-start');
    await same('cli-session-start-again');
    await same('cli-sessions-list');
    await same('cli-sessions-list-root');
    await same('cli-session-stats');
    await same('cli-session-stats-iface');
    await same('cli-session-acl-show');
    await same('cli-session-manage-cleanup');
    await same('cli-log-foreign');
    await quietly('session-acl', '--config', 'g1', '--grant', 'news');
    await same('cli-session-manage-granted-pause');
    await same('cli-session-manage-resume');
    await eventually('it is connected again', async () =>
      (await stage.run(['sessions-list'])).output.includes('Client connected'),
    );
    await same('cli-sessions-list-granted');
    await same('cli-session-manage-restart');
    await same('cli-session-manage-disconnect');
    await same('cli-session-manage-disconnect-none');
    await same('cli-session-stats-nosession');
    await same('cli-session-acl-nosession');
    await same('cli-session-manage-badpath');
    await same('cli-session-start-nosuchpath');

    await same('cli-session-start-file');
    await same('cli-sessions-list-file');
    await quietly(...manage, 'prof.ovpn', '--disconnect');

    await same('cli-session-start-crtext', login('pend', 'secret', ['pending code: ', '7777']));
    await quietly(...manage, 'g2', '--disconnect');
    await same('cli-session-start-web', login('web', 'secret'));
    await same('cli-session-auth-list');
    await same('cli-sessions-list-webauth');
    await stage.server.finishWebAuth();
    await quietly(...manage, 'g2', '--disconnect');

    for (const name of ['dup', 'dup'])
      await quietly('config-import', '--config', 'prof.ovpn', '--name', name);
    const several = await stage.run([...start, 'dup']);
    equal(several.code, 3);
    const advice =
      /More than one configuration profile was found with the given name; say which with --config-path: (\S+), \S+\n/;
    const [, path = ''] = advice.exec(several.output) ?? [];
    await quietly('session-start', '--config-path', path);
  });

  it('give up in time, and leave nothing behind', async t => {
    const stage = await openDesk(t);
    const [recorded] = recordedScreens('cli-session-start-timeout');
    const { code, output } = await stage.run([...start, 'noserver.ovpn', '--timeout', '2']);
    equal(code, recorded?.code);
    match(
      output,
      /\*\* ERROR \*\* Failed to connect \(timeout\): Connection, Client connecting(; the last error was: .*)?\n$/,
    );
    equal((await stage.run(['sessions-list'])).output, 'No sessions available\n');
  });

  it('say what the daemon has failed at when they give up', async t => {
    const stage = await openDesk(t);
    const profile = await stage.server.profile('cert');
    await stage.file('noname.ovpn', profile.replace(/^remote .*$/m, 'remote vpn.invalid 1194 udp'));
    const { code, output } = await stage.run([...start, 'noname.ovpn', '--timeout', '2']);
    equal(code, 8);
    match(
      output,
      /Failed to connect \(timeout\): .*; the last error was: RESOLVE: Cannot resolve .*vpn\.invalid/,
    );
  });

  it('hide what is secret while it is typed, and show the rest', async t => {
    const stage = await openDesk(t);
    const { code, output } = await stage.run(
      [...start, 'static.ovpn'],
      login('alice', accounts.password, [`${accounts.staticChallenge}: `, accounts.pin]),
    );
    equal(code, 0, output);
    const screen = masked(output);
    match(screen, /^Auth User name: alice\nAuth Password: \nEnter the PIN: 424242\nConnected to ADDRESS/m);
    doesNotMatch(output, new RegExp(accounts.password));
  });

  it('take the answers from the standard input when there is no terminal', async t => {
    const stage = await openDesk(t);
    const started = await stage.run([...start, 'g2', '--json'], { input: ['alice', accounts.password] });
    equal(started.code, 0, started.output);
    const lines = started.output.split('\n');
    deepEqual(lines.slice(0, 2), ['Auth User name: ', 'Auth Password: ']);
    const { path, ...connected } = JSON.parse(lines[2] ?? '');
    match(path, /^\/net\/openvpn\/v3\/sessions\//);
    deepEqual(connected, { type: 'connected', server: '198.18.0.1', address: '198.18.0.1' });
    const [listed] = JSON.parse((await stage.run(['sessions-list', '--json'])).output);
    deepEqual([listed.path, listed.status.minor, listed.owner], [path, 'CONN_CONNECTED', 'games']);
    const statistics = JSON.parse((await stage.run(['session-stats', '-c', 'g2', '-j'])).output);
    for (const value of Object.values(statistics)) equal(typeof value, 'number');
    await stage.run([...manage, 'g2', '--disconnect']);

    const silent = await stage.run([...start, 'g2'], { input: ['alice'] });
    equal(silent.code, 8);
    match(silent.output, /No answer to 'Auth Password:': the standard input has ended/);
    const wrong = await stage.run([...start, 'g2'], { input: ['alice', 'wrong'] });
    equal(wrong.code, 8);
    match(wrong.output, /\*\* ERROR \*\* User authentication failed\n$/);
    equal((await stage.run(['sessions-list'])).output, 'No sessions available\n');
  });

  it('end the session when the user ends the command before it is connected', async t => {
    const stage = await openDesk(t);
    for (const [config, seen] of [
      ['noserver.ovpn', 'Session path'],
      ['g2', 'Auth User name: '],
    ] as const) {
      const running = await stage.start([...start, config], { typed: [[seen, '\x03']] });
      const { code, output } = await running.ended;
      equal(code, 130, output);
      equal((await stage.run(['sessions-list'])).output, 'No sessions available\n');
    }
  });

  it('start in the background, and go on with a session that waits', async t => {
    const stage = await openDesk(t);
    const background = await stage.run([...start, 'g1', '--background']);
    match(background.output, /Session is running in the background\n$/);
    equal(background.code, 0);
    await stage.run([...manage, 'g1', '--disconnect']);

    const web = await stage.run([...start, 'g2'], { input: ['web', accounts.password] });
    const [, id = ''] = /Auth Request: (\d+)/.exec((await stage.run(['session-auth'])).output) ?? [];
    const again = await stage.run(['session-auth', '--auth-req', id]);
    equal(again.output, web.output.slice(web.output.indexOf('Web based')));
    equal((await stage.run(['session-auth', '--auth-req', '1'])).code, 8);
    await stage.run([...manage, 'g2', '--disconnect']);
    equal((await stage.run(['session-auth'])).output, 'No sessions require authentication\n');
  });

  it('open the page of a login on the web in a browser when there is one', async t => {
    const stage = await openDesk(t);
    const opened = join(stage.desk, 'opened');
    await stage.file('opened', '', 0o666);
    await stage.file('xdg-open', `#!/bin/sh\necho "$@" > ${opened}\n`, 0o755);
    const env = { DISPLAY: ':7', PATH: `${stage.desk}:${process.env.PATH}` };
    const { code, output } = await stage.run([...start, 'g2'], { input: ['web', accounts.password], env });
    equal(code, 0, output);
    match(output, /^Opened in the browser: https:\/\/sso\.example\.test\/login\?s=1$/m);
    equal(await readFile(opened, 'utf8'), `${accounts.url}\n`);
  });

  it('follow the log of a session from before it begins to its end', async t => {
    const stage = await openDesk(t);
    const plain = await stage.start(['log', '--config', 'g1']);
    const json = await stage.start(['log', '--config', 'g1', '--json']);
    await plain.shows('Waiting for session to start ...');
    const bus = await stage.connectAs('games');
    const [g1] = await configurations(bus).find('g1');
    ok(g1);
    const session = await sessions(bus).start(g1);
    await eventually('both follow it', async () => (await session.get('log_forwards')).length === 2);
    await session.connect();
    await plain.shows('[STATUS] Connection, Client connected');
    await json.shows('CONN_CONNECTED');
    await stage.run([...manage, 'g1', '--pause']);
    await plain.shows('Client connection paused');
    await stage.run([...manage, 'g1', '--disconnect']);
    const { code, output } = await plain.ended;
    equal(code, 0);
    const lines = masked(output).split('\n');
    deepEqual(lines.slice(0, 2), [
      'Waiting for session to start ... Done',
      'Attaching to session /net/openvpn/v3/sessions/ID',
    ]);
    match(output, /^\d{4}(-\d\d){2} \d\d(:\d\d){2} {2}Client INFO: Connected: 198\.18\.0\.1:1194 /m);
    match(output, / {2}\[STATUS\] Connection, Client pausing connection: Reason: Front-end request$/m);
    equal(lines.at(-2), 'Session closed');
    const events = (await json.ended).output
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    equal(events[0].type, 'status');
    equal(events.at(-1).status?.minor ?? events.at(-1).type, 'CONN_DONE');
  });

  it('end with 7 when a service is not there', async t => {
    const stage = await openDesk(t);
    await stage.bus.kill();
    const { code, output } = await stage.run(['sessions-list']);
    equal(code, 7);
    match(output, /^ovpnkit: /);
  });
});
