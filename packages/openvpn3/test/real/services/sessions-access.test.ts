import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Variant } from '@ovpnkit/dbus';
import { SESSIONS_PATH } from '@ovpnkit/openvpn3';
import { type Answer, unwrap } from '../answer.ts';
import { skip } from '../test-bed.ts';
import { openStage, type Person, type Stage, uids } from './sessions-stage.ts';

const DENIED_CALL =
  'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp.Code36 GDBus.Error:net.openvpn.gdbuspp: Access denied';
const DENIED_PROPERTY = 'org.freedesktop.DBus.Error.AccessDenied Access denied';

const isDenied = (answer: Answer, text: string): boolean =>
  'error' in answer && `${answer.error} ${answer.message}` === text;

/** All but Disconnect, with arguments that do no harm, in the order in which they are tried. */
const methods: readonly (readonly [member: string, signature: string, ...args: unknown[]])[] = [
  ['Ready', ''],
  ['UserInputQueueGetTypeGroup', ''],
  ['UserInputQueueCheck', 'uu', 1, 1],
  ['UserInputQueueFetch', 'uuu', 1, 1, 0],
  ['UserInputProvide', 'uuus', 1, 1, 7, 'x'],
  ['Connect', ''],
  ['Pause', 's', ''],
  ['Resume', ''],
  ['Restart', ''],
  ['AccessRevoke', 'u', 4242],
  ['AccessGrant', 'u', 4242],
  ['LogForward', 'b', false],
];
const ownersAlone = ['AccessGrant', 'AccessRevoke', 'LogForward'];
const forUsers = methods.map(([member]) => member).filter(member => !ownersAlone.includes(member));
const readOnly = [
  ...['acl', 'backend_pid', 'config_name', 'config_path', 'connected_to', 'device_name', 'device_path'],
  ...['last_log', 'log_forwards', 'owner', 'session_created', 'session_name', 'statistics', 'status'],
];
const writable = {
  dco: new Variant('b', false),
  log_verbosity: new Variant('u', 3),
  public_access: new Variant('b', false),
  restrict_log_access: new Variant('b', true),
};

/** What is not denied to somebody. */
async function rights(stage: Stage, path: string, who: Person) {
  const may = { call: [] as string[], get: [] as string[], set: [] as string[] };
  for (const [member, signature, ...args] of methods) {
    const answer = await stage.call(who, path, member, signature, ...args);
    if (!isDenied(answer, DENIED_CALL)) may.call.push(member);
  }
  for (const member of [...readOnly, ...Object.keys(writable)]) {
    if (!isDenied(await stage.get(who, path, member), DENIED_PROPERTY)) may.get.push(member);
  }
  for (const [member, value] of Object.entries(writable)) {
    if (!isDenied(await stage.set(who, path, member, value), DENIED_PROPERTY)) may.set.push(member);
  }
  return may;
}

describe('access to a session', { skip, concurrency: 2 }, () => {
  it('is denied by default: strangers, root and the services call and write nothing', async t => {
    const stage = await openStage(t);
    const path = await stage.open(stage.configure(await stage.server.profile('unreachable')));
    unwrap(await stage.call('owner', path, 'AccessGrant', 'u', uids.granted));
    const every = { get: [...readOnly, ...Object.keys(writable)] };

    for (const who of ['stranger', 'root', 'openvpn'] as const)
      ok(isDenied(await stage.call(who, path, 'Disconnect'), DENIED_CALL), who);
    deepEqual(await rights(stage, path, 'stranger'), { call: [], get: [], set: [] });
    deepEqual(await rights(stage, path, 'root'), { call: [], ...every, set: [] });
    deepEqual(await rights(stage, path, 'openvpn'), { call: [], ...every, set: [] });
    deepEqual(await rights(stage, path, 'granted'), {
      call: forUsers,
      ...every,
      set: ['dco', 'log_verbosity'],
    });
    deepEqual(await rights(stage, path, 'owner'), {
      call: methods.map(([member]) => member),
      ...every,
      set: Object.keys(writable),
    });
    deepEqual([...(await stage.getAll('stranger', path))], []);
    deepEqual((await stage.getAll('root', path)).size, 18);
    const denied = new RegExp(
      `Access denied to method net\\.openvpn\\.v3\\.sessions\\.Connect on ${path} ` +
        `\\(caller: ${stage.people.stranger.uniqueName}, user: mail, caller pid: \\d+\\)`,
    );
    await stage.log.signals.next('Log', ([, , text]) => denied.test(String(text)));
  });

  it('is for everybody when it is public, apart from what is the owner’s', async t => {
    const stage = await openStage(t);
    const path = await stage.open(stage.configure(await stage.server.profile('unreachable')));
    unwrap(await stage.set('owner', path, 'public_access', new Variant('b', true)));
    deepEqual(await rights(stage, path, 'stranger'), {
      call: forUsers,
      get: [...readOnly, ...Object.keys(writable)],
      set: [],
    });
    unwrap(await stage.call('stranger', path, 'Disconnect'));
  });

  it('of the main object shows each user the sessions that are his', async t => {
    const stage = await openStage(t);
    const path = await stage.open(
      stage.configure(await stage.server.profile('unreachable'), { name: 'own' }),
    );
    const shown = async (who: Person) => [
      unwrap(await stage.call(who, SESSIONS_PATH, 'FetchAvailableSessions'))[0],
      unwrap(await stage.call(who, SESSIONS_PATH, 'FetchManagedInterfaces'))[0],
      unwrap(await stage.call(who, SESSIONS_PATH, 'LookupConfigName', 's', 'own'))[0],
    ];
    deepEqual(await shown('owner'), [[path], [''], [path]]);
    for (const who of ['root', 'openvpn', 'granted', 'stranger'] as const)
      deepEqual(await shown(who), [[], [], []], who);
    unwrap(await stage.call('owner', path, 'AccessGrant', 'u', uids.granted));
    deepEqual(await shown('granted'), [[path], [''], [path]]);
    unwrap(await stage.call('owner', path, 'AccessRevoke', 'u', uids.granted));
    deepEqual(await shown('granted'), [[], [], []]);
    unwrap(await stage.set('owner', path, 'public_access', new Variant('b', true)));
    deepEqual(await shown('stranger'), [[path], [''], [path]]);
    for (const device of ['', 'tun9']) {
      const answer = await stage.call('owner', SESSIONS_PATH, 'LookupInterface', 's', device);
      match(JSON.stringify(answer), /gdbuspp: Interface not found/);
    }
  });

  it('is root’s to hand on to another owner, who has it alone then', async t => {
    const stage = await openStage(t);
    const path = await stage.open(stage.configure(await stage.server.profile('unreachable')));
    const transfer = (who: Person, of = path) =>
      stage.call(who, SESSIONS_PATH, 'TransferOwnership', 'ou', of, uids.granted);
    for (const who of ['owner', 'stranger', 'openvpn'] as const)
      match(JSON.stringify(await transfer(who)), /AccessDenied/, who);
    match(JSON.stringify(await transfer('root', `${path}0`)), /There is no session/);
    unwrap(await transfer('root'));
    equal(await stage.value(path, 'owner'), uids.granted);
    ok(isDenied(await stage.call('owner', path, 'Ready'), DENIED_CALL));
    unwrap(await stage.call('granted', path, 'Disconnect'));
    const { args } = await stage.heard.next('SessionManagerEvent', ([, type]) => type === 2);
    deepEqual(args, [path, 2, uids.granted]);
  });
});
