import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '@ovpnkit/lab/testing';
import {
  BACKEND_SESSION_PATH,
  BACKENDS,
  backendName,
  CONFIGURATION,
  CONFIGURATION_PATH,
  LOG,
  LOG_PATH,
  NETCFG,
  NETCFG_PATH,
  SESSIONS,
  SESSIONS_PATH,
} from '@ovpnkit/openvpn3';
import { ask, unwrap } from '../answer.ts';
import { skip } from '../test-bed.ts';
import { flood, whileOthersWork } from './flood.ts';
import { openStack } from './stack-stage.ts';

describe('a flood of one user leaves the others in peace, and takes little memory:', { skip }, () => {
  it('2,000 large profiles', async t => {
    const stack = await openStack(t);
    await whileOthersWork(t, stack, async () => {
      const profile = `setenv UV_X ${'x'.repeat(200)}\n`.repeat(1000);
      const answers = await flood(2000, index =>
        stack.call(
          'nobody',
          'configuration',
          CONFIGURATION_PATH,
          'Import',
          'ssbb',
          `p${index}`,
          profile,
          false,
          index % 10 === 0,
        ),
      );
      const few = answers.get('ok') ?? 0;
      ok(few > 0 && few < 200, `${few} of them are kept`);
      for (const text of answers.keys()) match(text, /^ok$|Too many configuration profiles of this user/);
    });
  });

  it('500 tunnels of profiles that do not exist', async t => {
    const stack = await openStack(t);
    await whileOthersWork(t, stack, async () => {
      const answers = await flood(500, index => stack.newTunnel('nobody', `${CONFIGURATION_PATH}/x${index}`));
      for (const text of answers.keys()) match(text, /There is no configuration profile|Could not read/);
      deepEqual(await stack.sessions('nobody'), []);
      // One for the tunnel of somebody else, and one that the starter keeps ready.
      equal((await stack.backendNames()).length, 1);
      ok(stack.backends().length <= 2);
    });
  });

  it('10,000 signals in the names of the services', async t => {
    const stack = await openStack(t);
    await whileOthersWork(t, stack, async () => {
      const [session = ''] = await stack.sessions('games');
      const [backend = ''] = await stack.backendNames();
      const { nobody } = stack.people;
      const text = 'x'.repeat(1000);
      const forged = [
        {
          path: BACKEND_SESSION_PATH,
          interface: BACKENDS,
          member: 'RegistrationRequest',
          signature: 'ssi',
          body: [backend, text, 1],
        },
        {
          path: BACKEND_SESSION_PATH,
          interface: BACKENDS,
          member: 'RegistrationRequest',
          signature: 'ssi',
          body: [backendName(1), '', 1],
        },
        {
          path: BACKEND_SESSION_PATH,
          interface: BACKENDS,
          member: 'StatusChange',
          signature: 'uus',
          body: [2, 9, text],
        },
        {
          path: BACKEND_SESSION_PATH,
          interface: BACKENDS,
          member: 'AttentionRequired',
          signature: 'uus',
          body: [1, 1, text],
        },
        {
          path: BACKEND_SESSION_PATH,
          interface: BACKENDS,
          member: 'Log',
          signature: 'uuss',
          body: [1, 1, '', text],
        },
        { path: session, interface: SESSIONS, member: 'StatusChange', signature: 'uus', body: [2, 9, text] },
        { path: SESSIONS_PATH, interface: SESSIONS, member: 'Log', signature: 'uus', body: [1, 1, text] },
        {
          path: CONFIGURATION_PATH,
          interface: CONFIGURATION,
          member: 'ConfigurationManagerEvent',
          signature: 'oqu',
          body: ['/', 2, 5],
        },
        {
          path: NETCFG_PATH,
          interface: NETCFG,
          member: 'NetworkChange',
          signature: 'usa{ss}',
          body: [2, text, new Map([['ip_address', text]])],
        },
        { path: LOG_PATH, interface: LOG, member: 'Log', signature: 'uus', body: [1, 1, text] },
        {
          path: '/org/freedesktop/DBus',
          interface: 'org.freedesktop.DBus',
          member: 'NameOwnerChanged',
          signature: 'sss',
          body: [SESSIONS, ':1.1', ''],
        },
      ];
      for (let index = 0; index < 10_000; index++) {
        const signal = forged[index % forged.length];
        if (signal && !nobody.signal(signal)) await nobody.drained();
      }
      await nobody.drained();
      // Behind all of them.
      deepEqual(await stack.sessions('nobody'), []);
    });
  });

  it('5,000 questions about the network', async t => {
    const stack = await openStack(t);
    await whileOthersWork(t, stack, async () => {
      const answers = await flood(5000, index =>
        index % 2 === 0
          ? ask(stack.people.nobody, {
              destination: NETCFG,
              path: NETCFG_PATH,
              interface: 'org.freedesktop.DBus.Properties',
              member: 'Get',
              signature: 'ss',
              body: [NETCFG, 'global_dns_servers'],
            })
          : stack.call('nobody', 'netcfg', NETCFG_PATH, 'NotificationSubscribe', 'u', 65535),
      );
      equal(answers.get('ok'), 2500);
      for (const text of answers.keys()) match(text, /^ok$|^Rejected send message/);
    });
  });

  it('200 devices of a program of the services, each with all that it may have', async t => {
    const stack = await openStack(t);
    const { bus } = await stack.bus.connectAs();
    const routes = Array.from({ length: 4096 }, () => ['10.0.0.0', 8, -1, false, false]);
    const call = (path: string, member: string, signature: string, ...body: unknown[]) =>
      ask(bus, { destination: NETCFG, path, interface: NETCFG, member, signature, body });
    await whileOthersWork(t, stack, async () => {
      const answers = await flood(200, async index => {
        const made = await call(NETCFG_PATH, 'CreateVirtualInterface', 's', `x${index}`);
        return 'ok' in made ? call(String(made.ok[0]), 'AddNetworks', 'a(suibb)', routes) : made;
      });
      for (const text of answers.keys())
        match(text, /^ok$|Error creating virtual interface|Too many calls of yours are waiting/);
      const [devices] = unwrap(await stack.call('root', 'netcfg', NETCFG_PATH, 'FetchInterfaceList'));
      // One is that of somebody else.
      ok((devices as string[]).length <= 17);
    });
  });

  it('more sessions than a user may have', async t => {
    const stack = await openStack(t);
    await whileOthersWork(t, stack, async () => {
      const profile = await stack.server.profile('unreachable');
      const configurations: string[] = [];
      for (let index = 0; index < 80; index++)
        configurations.push(await stack.importProfile('nobody', profile));
      const answers = await flood(80, index => stack.newTunnel('nobody', configurations[index] ?? ''));
      t.diagnostic(JSON.stringify([...answers]));
      ok((answers.get('ok') ?? 0) <= 64);
      for (const text of answers.keys())
        match(text, /^ok$|You have 64 sessions already|Could not start the VPN client/);
      // One that has not registered yet answers nothing.
      const readies = (await stack.sessions('nobody')).map(each =>
        stack.call('nobody', 'sessions', each, 'Ready'),
      );
      (await Promise.all(readies)).forEach(unwrap);
      // Each asks every backend.
      const lengths = new Set<number>();
      await flood(100, async () => {
        const answer = await stack.call('nobody', 'sessions', SESSIONS_PATH, 'FetchManagedInterfaces');
        lengths.add((unwrap(answer)[0] as string[]).length);
        return answer;
      });
      // On a slow machine the starter takes too long for some of them.
      deepEqual([...lengths], [answers.get('ok')]);
      const sessions = await stack.sessions('nobody');
      const ends = await Promise.all(
        sessions.map(each => stack.call('nobody', 'sessions', each, 'Disconnect')),
      );
      ends.forEach(unwrap);
      await eventually('they are gone', async () => (await stack.backendNames()).length === 1);
    });
  });
});
