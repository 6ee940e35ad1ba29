import { deepEqual, equal, match, notEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '@ovpnkit/lab';
import { eventually } from '@ovpnkit/lab/testing';
import { unwrap } from '../answer.ts';
import { serviceVariables } from '../service-variables.ts';
import { openTestBed, skip } from '../test-bed.ts';

const program = fileURLToPath(new URL('../../../dist/openvpn3-service-client', import.meta.url));

for (const [args, code, text] of [
  [[], 1, /exactly one TOKEN is needed/],
  [['one', 'two'], 1, /exactly one TOKEN is needed/],
  [[''], 1, /exactly one TOKEN is needed/],
  [['--log-level', '7', 'token'], 1, /--log-level 7 is not between 0 and 6/],
  [['--api', 'v28', 'token'], 1, /--api v28 is none of/],
  [['--pkcs11-provider', 'some.so', 'token'], 1, /no absolute path/],
  [['--no-such-option', 'token'], 2, /no-such-option/],
  [['--no-such-option'], 2, /no-such-option/],
  [['--version'], 0, /^openvpn3-service-client /],
  [['--help'], 0, /^Usage: openvpn3-service-client /],
] as const) {
  test(`'${['openvpn3-service-client', ...args].join(' ')}' ends with ${code}`, async () => {
    const { code: found, stdout, stderr } = await runProgram(['env', '-i', program, ...args]);
    equal(found, code);
    match(code === 0 ? stdout : stderr, text);
    equal(code === 0 ? stderr : stdout, '');
  });
}

/** The launcher is a script, and a shell adds a few variables of its own. */
const notOfTheShell = (variable: string): boolean => !/^(PWD|OLDPWD|SHLVL|_)=/.test(variable);

// Without options a script does it, otherwise the program itself.
for (const args of [[], ['--log-level', '6', '--disable-protect-socket']]) {
  test(`started with '${args.join(' ')}' it goes to the background, and keeps nothing of its starter`, {
    skip,
  }, async t => {
    const bed = await openTestBed(t, { server: false });
    const backend = await bed.startBackend({ args });
    equal(backend.exitCode, 0);
    const { pid, parent, session, environment, uid, workingDirectory, openFiles } = backend.facts();
    deepEqual([session, uid, workingDirectory], [pid, bed.bus.user.uid, '/']);
    notEqual(parent, process.pid);
    deepEqual(environment.filter(notOfTheShell), serviceVariables(bed.bus.address));
    equal(openFiles.get(0), '/dev/null');
    equal(backend.busName, `net.openvpn.v3.backends.be${pid}`);
    equal(backend.output(), '');
    unwrap(await backend.call('Disconnect'));
    await backend.exited;
  });
}

test('without a session manager, or without a bus, it says so and ends', { skip }, async t => {
  const bed = await openTestBed(t, { server: false });
  await bed.sessions.kill();
  const alone = await bed.launch();
  equal(alone.exitCode, 0);
  await eventually('it says so', () => /Nobody owns net\.openvpn\.v3\.sessions/.test(alone.output()));
  await eventually('it ends', () => alone.processes().length === 0);
  await bed.bus.kill();
  const nowhere = await bed.launch();
  equal(nowhere.exitCode, 0);
  await eventually('it says so', () => /openvpn3-service-client: .*bus/.test(nowhere.output()));
  await eventually('it ends', () => nowhere.processes().length === 0);
});

test('when the bus goes, it ends its tunnel and itself', { skip }, async t => {
  const bed = await openTestBed(t, { server: false });
  const backend = await bed.startBackend();
  await bed.bus.kill();
  await backend.exited;
});

test('the log level is that of the command line until the profile says another', { skip }, async t => {
  const bed = await openTestBed(t, { server: false });
  equal(await (await bed.startBackend({ args: ['--log-level', '5'] })).get('log_level'), 5);
  const backend = await bed.startBackend();
  equal(await backend.get('log_level'), 3);
  for (const level of [7, 4_294_967_295]) {
    const answer = await backend.set('log_level', level);
    equal('error' in answer && answer.error, 'org.freedesktop.DBus.Error.InvalidArgs');
  }
  unwrap(await backend.set('log_level', 6));
  equal(await backend.get('log_level'), 6);
});
