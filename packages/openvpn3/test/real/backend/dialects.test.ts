import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { accounts } from '@ovpnkit/lab/testing';
import { type Answer, unwrap } from '../answer.ts';
import { openTestBed, skip } from '../test-bed.ts';
import { connectSession, openSession } from './session.ts';

const { password } = accounts;

function refused(answer: Answer, text: RegExp): void {
  ok('error' in answer, 'it is not refused');
  match(answer.message, text);
}

test('a session manager without a version is served as the documentation says', {
  skip,
  concurrency: true,
}, async t => {
  const bed = await openTestBed(t, { version: null, server: { clients: 5 } });
  const cases = [
    t.test('its registration has two arguments', async () => {
      const backend = await bed.startBackend({ client: 0 });
      const request = bed.sessions.signals.all.find(({ args }) => args[1] === backend.token);
      deepEqual(request?.args, [backend.busName, backend.token]);
      const configuration = bed.configurations.register(await bed.server.profile('cert'));
      const { token } = backend;
      refused(
        await backend.call('RegistrationConfirmation', 'another', configuration),
        /Invalid registration token/,
      );
      deepEqual(unwrap(await backend.call('RegistrationConfirmation', token, configuration)), ['profile']);
      refused(await backend.call('RegistrationConfirmation', token, configuration), /already registered/);
      equal(await backend.get('session_path'), '/__unknown');
      await connectSession(backend);
      // Major first, as every program has it.
      deepEqual(await backend.get('status'), [2, 7, '']);
    }),
    t.test('it may confirm with a session as well', async () => {
      const backend = await bed.startBackend({ client: 1 });
      const configuration = bed.configurations.register(await bed.server.profile('cert', { client: 1 }));
      unwrap(
        await backend.call('RegistrationConfirmation', backend.token, backend.sessionPath, configuration),
      );
      equal(await backend.get('session_path'), backend.sessionPath);
    }),
    t.test('pause and disconnect are errors without a connection', async () => {
      const backend = await openSession(bed, 'cert', { client: 2 });
      refused(await backend.call('Pause', 'a while'), /^GDBus\.Error:net\.openvpn\.v3\.error\.client: /);
      refused(await backend.call('Disconnect'), /^GDBus\.Error:net\.openvpn\.v3\.error\.client: /);
      refused(await backend.call('Resume'), /^GDBus\.Error:net\.openvpn\.v3\.error\.client: /);
      await connectSession(backend);
      unwrap(await backend.call('Pause', 'a while'));
      unwrap(await backend.call('Disconnect'));
      await backend.exited;
    }),
    t.test('a page to log in on is in group 8', async () => {
      const backend = await openSession(bed, 'userpass', { client: 3 });
      await backend.answer({ username: 'web', password });
      unwrap(await backend.call('Connect'));
      const { args } = await backend.signals.next('AttentionRequired', ([, group]) => group !== 1);
      deepEqual(args, [1, 8, accounts.url]);
    }),
    t.test('a question of the server is in group 5, and a signature in group 6', async () => {
      const backend = await openSession(bed, 'userpass', {
        client: 4,
        edit: profile => profile.replace(/<key>[^<]*<\/key>\n/, ''),
      });
      await backend.answer({ username: 'pend', password });
      unwrap(await backend.call('Connect'));
      const { args } = await backend.signals.next('AttentionRequired', ([, group]) => group !== 1);
      deepEqual(args.slice(0, 2), [2, 6]);
      deepEqual(unwrap(await backend.call('UserInputQueueCheck', 2, 6)), [[0]]);
    }),
  ];
  await Promise.all(cases);
});

test('the option --api decides, whatever the session manager says', { skip, concurrency: true }, async t => {
  for (const [version, api, count] of [
    ['v27', 'documented', 2],
    [null, 'v27', 3],
    ['v27', 'auto', 3],
    ['v19', 'auto', 2],
  ] as const) {
    const bed = await openTestBed(t, { version, server: false });
    const { token } = await bed.startBackend({ args: ['--api', api] });
    const request = bed.sessions.signals.all.find(({ args }) => args[1] === token);
    equal(request?.args.length, count, `${version} ${api}`);
  }
});
