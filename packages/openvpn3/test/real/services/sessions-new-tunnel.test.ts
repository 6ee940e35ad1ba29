import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Variant } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import { SESSIONS_PATH } from '@ovpnkit/openvpn3';
import { type Answer, unwrap } from '../answer.ts';
import { skip } from '../test-bed.ts';
import { openStage, type Stage, uids } from './sessions-stage.ts';

const M1 = 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp.Code36';

function refusal(answer: Answer): string {
  if ('ok' in answer) throw new Error(`it was allowed: ${JSON.stringify(answer.ok)}`);
  return `${answer.error} ${answer.message}`;
}

const newTunnel = (stage: Stage, who: 'granted' | 'owner' | 'stranger', configuration: string) =>
  stage.call(who, SESSIONS_PATH, 'NewTunnel', 'o', configuration);

const ended = (stage: Stage, path: string) =>
  stage.heard.next('SessionManagerEvent', ([of, type]) => of === path && type === 2);

describe('NewTunnel', { skip, concurrency: 2 }, () => {
  it('starts no client for a configuration that is not there, not open to the caller, or in use', async t => {
    const stage = await openStage(t);
    const profile = await stage.server.profile('unreachable');
    const own = stage.configure(profile, { acl: [uids.granted] });
    match(
      refusal(await newTunnel(stage, 'owner', '/net/nosuch')),
      /gdbuspp: There is no configuration profile/,
    );
    equal(
      refusal(await newTunnel(stage, 'stranger', own)),
      `${M1} GDBus.Error:net.openvpn.gdbuspp: Access to the configuration profile is denied.`,
    );
    equal(stage.backends.length, 0);
    // At the same time, because the first has not registered when the second asks.
    const answers = await Promise.all([newTunnel(stage, 'owner', own), newTunnel(stage, 'owner', own)]);
    const running = `${M1} GDBus.Error:net.openvpn.gdbuspp: A session with this configuration profile is already running`;
    deepEqual(
      answers.flatMap(answer => ('ok' in answer ? [] : [refusal(answer)])),
      [running],
    );
    // Another user with access cannot see that session, and has one of his own.
    const theirs = await stage.open(own, 'granted');
    equal(await stage.value(theirs, 'owner'), uids.granted);
    const everybodys = stage.configure(profile, { publicAccess: true });
    await stage.open(everybodys, 'stranger');
    equal(stage.backends.length, 3);
  });

  it('gives a session to the owner of a configuration that wants it so', async t => {
    const stage = await openStage(t);
    const configuration = stage.configure(await stage.server.profile('cert'), {
      acl: [uids.granted],
      transfersOwnership: true,
    });
    const path = await stage.open(configuration, 'granted');
    const created = stage.heard.all.find(({ args }) => args[0] === path);
    deepEqual(created?.args, [path, 1, uids.granted]);
    const all = await stage.getAll('owner', path);
    deepEqual(
      [all.get('owner'), all.get('acl'), all.get('restrict_log_access')],
      [uids.owner, [uids.granted], false],
    );
    const last = all.get('last_log') as Map<string, Variant>;
    equal(last.get('log_message')?.value, `Ownership changed from news to games on ${path}`);
    unwrap(await stage.call('granted', path, 'Disconnect'));
    deepEqual((await ended(stage, path)).args, [path, 2, uids.owner]);
  });

  it('tells of a single-use configuration first, and of its session then', async t => {
    const stage = await openStage(t);
    const configuration = stage.configure(await stage.server.profile('cert'), { singleUse: true });
    const path = await stage.open(configuration);
    deepEqual(
      stage.heard.all.filter(({ member }) => /ManagerEvent$/.test(member)).map(({ args }) => args),
      [
        [configuration, 2, uids.owner],
        [path, 1, uids.owner],
      ],
    );
    equal(await stage.value(path, 'config_path'), configuration);
    match(refusal(await newTunnel(stage, 'owner', configuration)), /already running/);
  });

  it('says why a profile is refused, and leaves neither session nor process', async t => {
    const stage = await openStage(t);
    const configuration = stage.configure('client\ndev tun\nup /bin/true\n');
    const [path] = unwrap(await newTunnel(stage, 'owner', configuration));
    await ended(stage, String(path));
    const told = stage.heard.all.filter(({ member }) => member === 'SessionManagerEvent');
    equal(told.length, 1, 'an end, and no beginning');
    const why = (await stage.status(1)) as [number, number, string];
    match(why[2], new RegExp(`^config_path=${configuration}, eval_message=`));
    deepEqual(unwrap(await stage.call('owner', SESSIONS_PATH, 'FetchAvailableSessions')), [[]]);
    await eventually('the backend is gone', () => stage.backends[0]?.processes().length === 0);
  });

  it('takes a backend that speaks as the documentation has it', async t => {
    const stage = await openStage(t);
    stage.starter.refusal = 'start nothing';
    const configuration = stage.configure(await stage.server.profile('cert'), { name: 'documented' });
    const path = String(unwrap(await newTunnel(stage, 'owner', configuration))[0]);
    // Who calls before it has come waits for it, for as long as front ends wait for him.
    const ready = eventually('it is ready', async () => 'ok' in (await stage.call('owner', path, 'Ready')));
    await stage.starter.start(stage.starter.tokens[0] ?? '', ['--api', 'documented']);
    await ready;
    equal(await stage.value(path, 'config_name'), 'documented');
    unwrap(await stage.call('owner', path, 'Connect'));
    await stage.status(7);
    unwrap(await stage.call('owner', path, 'Disconnect'));
    await ended(stage, path);
  });
});
