import { deepEqual, equal, match } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Variant } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import { SESSIONS, SESSIONS_PATH } from '@ovpnkit/openvpn3';
import { type Answer, unwrap } from '../answer.ts';
import { skip } from '../test-bed.ts';
import { openStage, type Stage, uids } from './sessions-stage.ts';

const M2 = 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp_2erequest.Code36';
const MR = 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2ev3_2eerror_2eready.Code36';

const recordings = new URL('../../recordings/cli/', import.meta.url);

function refusal(answer: Answer): string {
  if ('ok' in answer) throw new Error(`it was allowed: ${JSON.stringify(answer.ok)}`);
  return `${answer.error} ${answer.message}`;
}

const ended = (stage: Stage, path: string) =>
  stage.heard.next('SessionManagerEvent', ([of, type]) => of === path && type === 2);

describe('the session manager', { skip, concurrency: 2 }, () => {
  it('takes a session from its start to its end, and tells everybody of both', async t => {
    const stage = await openStage(t);
    const configuration = stage.configure(await stage.server.profile('userpass'), { name: 'office' });
    const path = await stage.open(configuration);
    match(
      path,
      /^\/net\/openvpn\/v3\/sessions\/[0-9a-f]{8}s[0-9a-f]{4}s4[0-9a-f]{3}s[0-9a-f]{4}s[0-9a-f]{12}$/,
    );
    equal((await stage.heard.next('AttentionRequired')).interface, SESSIONS);
    deepEqual(await stage.value(path, 'status'), [2, 4, 'Username/password credentials needed']);

    equal(
      refusal(await stage.call('owner', path, 'Ready')),
      `${MR} GDBus.Error:net.openvpn.v3.error.ready: Missing user credentials`,
    );
    equal(
      refusal(await stage.call('owner', path, 'Connect')),
      `${M2} GDBus.Error:net.openvpn.gdbuspp.request:  Required user input not provided`,
    );
    deepEqual(unwrap(await stage.call('owner', path, 'UserInputQueueGetTypeGroup')), [[[1, 1]]]);
    deepEqual(unwrap(await stage.call('owner', path, 'UserInputQueueCheck', 'uu', 1, 1)), [[0, 1]]);
    const asked = [1, 1, 0, 'username', 'Auth User name', false];
    deepEqual(unwrap(await stage.call('owner', path, 'UserInputQueueFetch', 'uuu', 1, 1, 0)), asked);
    for (const [id, value] of ['alice', 'secret'].entries())
      unwrap(await stage.call('owner', path, 'UserInputProvide', 'uuus', 1, 1, id, value));
    unwrap(await stage.call('owner', path, 'Ready'));
    unwrap(await stage.call('owner', path, 'Connect'));
    await stage.status(7);

    const all = await stage.getAll('owner', path);
    deepEqual([all.get('config_name'), all.get('config_path')], ['office', configuration]);
    deepEqual(all.get('connected_to'), ['udp', '198.18.0.1', 1194]);
    deepEqual([all.get('device_name'), all.get('device_path')], ['tun0', '/']);
    equal(all.get('backend_pid'), stage.backends[0]?.processes().find(each => each.parent === 1)?.pid);
    await eventually('bytes have come', async () => {
      const statistics = (await stage.value(path, 'statistics')) as Map<string, bigint>;
      return (statistics.get('BYTES_IN') ?? 0n) > 0n;
    });
    deepEqual([...all.keys()], [...all.keys()].sort());

    unwrap(await stage.call('owner', path, 'Pause', 's', 'a\u0001 break'));
    await stage.status(14);
    equal(
      refusal(await stage.call('owner', path, 'Pause', 's', 'another')),
      `${M2} GDBus.Error:net.openvpn.gdbuspp.request:  Connection is already paused`,
    );
    unwrap(await stage.call('owner', path, 'Resume'));
    await stage.status(7);
    unwrap(await stage.call('owner', path, 'Restart'));
    await stage.status(7);
    deepEqual(unwrap(await stage.call('owner', SESSIONS_PATH, 'LookupInterface', 's', 'tun0')), [path]);
    deepEqual(unwrap(await stage.call('owner', SESSIONS_PATH, 'FetchManagedInterfaces')), [['tun0']]);
    deepEqual(unwrap(await stage.call('owner', SESSIONS_PATH, 'LookupConfigName', 's', 'office')), [[path]]);

    unwrap(await stage.call('owner', path, 'Disconnect'));
    deepEqual((await ended(stage, path)).args, [path, 2, uids.owner]);
    match(
      refusal(await stage.call('owner', path, 'Disconnect')),
      /UnknownMethod Object does not exist at path/,
    );
    deepEqual(unwrap(await stage.call('owner', SESSIONS_PATH, 'FetchAvailableSessions')), [[]]);
    await eventually('the backend is gone', () => stage.backends[0]?.processes().length === 0);
    deepEqual(await stage.status(28), [3, 28, 'Session closed']);
    equal(stage.manager.output(), '');
  });

  it('forwards the log to whom it belongs, once, until the end or until they leave', async t => {
    const stage = await openStage(t);
    const path = await stage.open(stage.configure(await stage.server.profile('cert'), {}));
    const name = stage.people.owner.uniqueName;
    const forward = (who: 'granted' | 'owner', enable: boolean) =>
      stage.call(who, path, 'LogForward', 'b', enable);
    stage.log.unassigned = 2;
    unwrap(await forward('owner', true));
    unwrap(await forward('owner', true));
    equal(((await stage.value(path, 'log_forwards')) as string[]).length, 1);
    unwrap(await forward('owner', false));
    unwrap(await forward('owner', false));
    deepEqual(await stage.value(path, 'log_forwards'), []);
    deepEqual(stage.forwards, [`ProxyLogEvents ${name}`, `Remove ${name}`]);

    unwrap(await stage.call('owner', path, 'AccessGrant', 'u', uids.granted));
    match(refusal(await forward('granted', true)), /Access denied/);
    unwrap(await stage.set('owner', path, 'restrict_log_access', new Variant('b', false)));
    unwrap(await forward('granted', true));
    const leaving = stage.people.granted.uniqueName;
    // Whoever may not see the log any more is not sent it any more.
    unwrap(await stage.call('owner', path, 'AccessRevoke', 'u', uids.granted));
    deepEqual(await stage.value(path, 'log_forwards'), []);
    unwrap(await stage.call('owner', path, 'AccessGrant', 'u', uids.granted));
    unwrap(await forward('granted', true));
    unwrap(await stage.set('owner', path, 'restrict_log_access', new Variant('b', true)));
    deepEqual(await stage.value(path, 'log_forwards'), []);
    unwrap(await stage.set('owner', path, 'restrict_log_access', new Variant('b', false)));
    unwrap(await forward('granted', true));
    await stage.people.granted.close();
    await eventually(
      'the log is not forwarded to who has left',
      async () => ((await stage.value(path, 'log_forwards')) as string[]).length === 0,
    );
    await eventually('the log service hears of it', () => stage.forwards.at(-1) === `Remove ${leaving}`);

    unwrap(await forward('owner', true));
    unwrap(await stage.call('owner', path, 'Disconnect'));
    await ended(stage, path);
    await eventually('the log service hears of the end', () => stage.forwards.at(-1) === `Remove ${name}`);
  });

  it('logs what is done to a session in the words of the deployed one', async t => {
    const stage = await openStage(t);
    const profile = await stage.server.profile('cert', { lines: ['verb 6'] });
    const path = await stage.open(stage.configure(profile));
    unwrap(await stage.call('owner', path, 'Connect'));
    await stage.status(7);
    unwrap(await stage.call('owner', path, 'Pause', 's', 'Front-end request'));
    await stage.status(14);
    for (const member of ['Resume', 'Restart']) {
      unwrap(await stage.call('owner', path, member));
      await stage.status(7);
    }
    unwrap(await stage.set('owner', path, 'log_verbosity', new Variant('u', 6)));
    unwrap(await stage.call('owner', path, 'Disconnect'));
    // It comes to the log service behind everything that the session manager has logged.
    await stage.log.signals.next('SessionManagerEvent', ([of, type]) => of === path && type === 2);
    const logged = stage.log.signals.all
      .filter(signal => signal.member === 'Log' && signal.path === path)
      .map(({ args: [group, category, text] }) =>
        `[${group}, ${category}, '${text}']`.replace(path, 'SESSION'),
      );
    const recorded = readdirSync(recordings)
      .filter(name => name.startsWith('cli-'))
      .flatMap(name => readFileSync(new URL(name, recordings), 'utf8').split('\n'))
      .flatMap(line => / ~\.sessions\.Log (\[3, .*\])$/.exec(line)?.[1] ?? [])
      .map(text => text.replace(/~\/sessions\/\w+/, 'SESSION'));
    deepEqual(
      logged.filter(line => !recorded.includes(line)),
      [],
    );
    equal(logged.length, 8);
  });

  it('hands the wish for offload on at Connect, and not later', async t => {
    const stage = await openStage(t);
    const path = await stage.open(stage.configure(await stage.server.profile('cert')));
    const dco = (value: boolean) => stage.set('owner', path, 'dco', new Variant('b', value));
    unwrap(await dco(true));
    equal(await stage.value(path, 'dco'), true);
    const { args } = await stage.heard.next('PropertiesChanged');
    deepEqual([args[0], args[2]], [SESSIONS, []]);
    equal((args[1] as Map<string, Variant>).get('dco')?.value, true);
    unwrap(await dco(false));
    unwrap(await stage.set('owner', path, 'log_verbosity', new Variant('u', 0)));
    unwrap(await stage.call('owner', path, 'Connect'));
    await stage.status(7);
    match(refusal(await dco(true)), /Error.Failed DCO mode cannot be changed now/);
    equal(await stage.value(path, 'log_verbosity'), 3, 'what the profile says');
    const seven = await stage.set('owner', path, 'log_verbosity', new Variant('u', 7));
    match(refusal(seven), /Error.Failed Incorrect log level/);
  });
});
