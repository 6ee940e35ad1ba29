// Every object of every service, as a program sees it on the bus, against what was recorded of the deployed ones.
import { deepEqual, rejects } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Variant } from '@ovpnkit/dbus';
import { ask } from '../../answer.ts';
import { skip } from '../../test-bed.ts';
import {
  type Introspection,
  parseIntrospection,
  type RecordedObject,
  recordedIntrospection,
} from './introspection.ts';
import { type ConformanceStage, openStage } from './stage.ts';

const v3 = '/net/openvpn/v3';

/** What an object shows to a user; the error's text when it is refused. */
async function show(
  stage: ConformanceStage,
  user: string,
  service: string,
  path: string,
): Promise<Introspection> {
  const answer = await ask(await stage.busOf(user), {
    destination: `net.openvpn.v3.${service}`,
    path,
    interface: 'org.freedesktop.DBus.Introspectable',
    member: 'Introspect',
  });
  if ('error' in answer) throw new Error(`${service} ${path}: ${answer.message}`);
  return parseIntrospection(String(answer.ok[0]));
}

/** Where ours are meant to be other ones than those of the deployed services. */
function expected(recorded: RecordedObject): Introspection['interfaces'] {
  const { interfaces } = recordedIntrospection(recorded);
  const properties = {
    ...interfaces['org.freedesktop.DBus.Properties'],
    // As the specification of D-Bus names it; GLib has a name of its own.
    'method GetAll': 'in s interface_name, out a{sv} props',
  };
  const meant = { ...interfaces, 'org.freedesktop.DBus.Properties': properties };
  const sessions = interfaces['net.openvpn.v3.sessions'];
  switch (recorded) {
    case 'session-object':
      // Declared as what is sent.
      return { ...meant, 'net.openvpn.v3.sessions': { ...sessions, 'property device_path': 'o read' } };
    case 'sessionmgr': {
      // Its policy has it.
      const transfer = { 'method TransferOwnership': 'in o path, in u new_owner_uid' };
      return { ...meant, 'net.openvpn.v3.sessions': { ...sessions, ...transfer } };
    }
    case 'netcfg-device': {
      const device = { ...interfaces['net.openvpn.v3.netcfg'] };
      return {
        ...meant,
        'net.openvpn.v3.netcfg': {
          ...device,
          // In the place of Establish, where the daemon makes its device itself.
          'method Attach': 'in s device_name, out s dns_problem',
          // Declared as what is sent.
          'property dns_name_servers': 'as read',
          'property dns_search_domains': 'as read',
        },
      };
    }
    case 'backend-client':
    case 'backendstart':
    case 'config-object':
    case 'configmgr':
    case 'log':
    case 'netcfg':
      return meant;
  }
}

describe('what the services show of themselves', { skip }, () => {
  it('is what the deployed ones show: every object, and the paths above it', async t => {
    const stage = await openStage(t);
    const profile = await stage.profileOf('g1');
    const imported = await stage.call(
      ...(['games', `${v3}/configuration`, 'Import', 'ssbb'] as const),
      ...['g1', profile, false, true],
    );
    const configuration = String(imported[0]);
    const started = await stage.call('games', `${v3}/sessions`, 'NewTunnel', 'o', configuration);
    const session = String(started[0]);
    const same = async (recorded: RecordedObject, service: string, path: string) => {
      const { interfaces } = await show(stage, 'games', service, path);
      deepEqual([path, interfaces], [path, expected(recorded)]);
    };
    await same('configmgr', 'configuration', `${v3}/configuration`);
    await same('config-object', 'configuration', configuration);
    await same('sessionmgr', 'sessions', `${v3}/sessions`);
    await same('session-object', 'sessions', session);
    await same('log', 'log', `${v3}/log`);
    await same('backendstart', 'backends', `${v3}/backends`);

    const netcfg = async (recorded: RecordedObject, path: string) => {
      const { interfaces } = await show(stage, 'openvpn', 'netcfg', path);
      deepEqual([path, interfaces], [path, expected(recorded)]);
    };
    await netcfg('netcfg', `${v3}/netcfg`);
    const [device] = await stage.call('openvpn', `${v3}/netcfg`, 'CreateVirtualInterface', 's', 'x');
    await netcfg('netcfg-device', String(device));

    await stage.call('games', session, 'LogForward', 'b', true);
    const forwards = ['net.openvpn.v3.sessions', 'log_forwards'];
    const got = await stage.call('games', session, 'DBus.Properties.Get', 'ss', ...forwards);
    const [proxy = ''] = (got[0] as Variant).value as string[];
    // Of a proxy nothing was recorded but its properties. Its user may not see it: only the services may.
    await rejects(show(stage, 'games', 'log', proxy), /Rejected send message/);
    const { interfaces } = await show(stage, 'openvpn', 'log', proxy);
    deepEqual(interfaces['net.openvpn.v3.log'], {
      'method Remove': '',
      'property log_level': 'u readwrite',
      'property session_path': 'o read',
      'property target': 's read',
    });

    const children = async (service: string, path: string) =>
      (await show(stage, 'games', service, path)).children;
    const idOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
    deepEqual(await children('configuration', `${v3}/configuration`), [idOf(configuration)]);
    deepEqual(await children('sessions', `${v3}/sessions`), [idOf(session)]);
    for (const service of ['configuration', 'sessions']) {
      deepEqual(await children(service, '/'), ['net']);
      deepEqual(await children(service, '/net/openvpn'), ['v3']);
      deepEqual(await children(service, v3), [service]);
    }
  });
});
