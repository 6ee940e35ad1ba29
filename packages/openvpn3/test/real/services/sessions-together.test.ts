import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Variant } from '@ovpnkit/dbus';
import { eventually, startAccountsServer } from '@ovpnkit/lab/testing';
import { BACKENDS, CONFIGURATION, CONFIGURATION_PATH, SESSIONS, SESSIONS_PATH } from '@ovpnkit/openvpn3';
import { ask, unwrap } from '../answer.ts';
import { placeFor } from '../backend-process.ts';
import { endBackends, startService } from '../service-process.ts';
import { createSignalRecord } from '../signal-record.ts';
import { type SystemBus, startSystemBus } from '../system-bus.ts';
import { skip } from '../test-bed.ts';

const GAMES = { uid: 5, gid: 60 };

/** The four services, as they are installed. */
async function startServices(t: TestContext, bus: SystemBus, namespace: string) {
  const state = join(bus.folder, 'state');
  await mkdir(state);
  await chown(state, bus.user.uid, bus.user.gid);
  const { root, node, enter } = await placeFor(bus.user);
  const client = join(bus.folder, 'client');
  await writeFile(
    client,
    `#!/bin/sh\nexec '${node}' '${root}/packages/openvpn3/dist/service-client.cjs' "$@"\n`,
  );
  await chmod(client, 0o755);
  endBackends(t, bus, namespace);
  const args = ['--state-dir', state];
  const clientArgs = enter.length === 0 ? [] : ['--client-binary', client];
  const log = await startService(t, { bus, service: 'log', args: [...args, '--log-level', '6'] });
  await startService(t, { bus, service: 'configuration-manager', args });
  await startService(t, {
    bus,
    service: 'backend-starter',
    args: [...args, ...clientArgs],
    namespace,
  });
  const sessions = await startService(t, { bus, service: 'session-manager', args });
  return { log, sessions };
}

describe('the session manager among the other services', { skip }, () => {
  it('takes a user from the import of a profile to the log of the tunnel', async t => {
    const bus = await startSystemBus(t);
    const server = await startAccountsServer(t);
    const services = await startServices(t, bus, server.namespace(0));
    const { bus: user } = await bus.connectAs(GAMES);
    const heard = createSignalRecord();
    await user.subscribe({}, ({ sender = '', path, interface: iface = '', member, body }) =>
      heard.add({ at: performance.now(), sender, path, interface: iface, member, args: body }),
    );
    const call = (name: string, path: string, member: string, signature = '', ...body: unknown[]) =>
      ask(user, { destination: name, path, interface: name, member, signature, body }).then(unwrap);
    const events = (of: string) =>
      heard.all.filter(({ member, args }) => member === 'SessionManagerEvent' && args[0] === of);

    const profile = await server.profile('cert');
    const [configuration] = await call(
      ...([CONFIGURATION, CONFIGURATION_PATH, 'Import', 'ssbb', 'home', profile, true, false] as const),
    );
    const [session] = await call(SESSIONS, SESSIONS_PATH, 'NewTunnel', 'o', configuration);
    const path = String(session);
    await heard.next('SessionManagerEvent', ([of, type]) => of === path && type === 1);
    const forwards = async (): Promise<string[]> => {
      const get = { interface: 'org.freedesktop.DBus.Properties', member: 'Get' };
      const of = { signature: 'ss', body: [SESSIONS, 'log_forwards'] };
      const [value] = unwrap(await ask(user, { destination: SESSIONS, path, ...get, ...of }));
      return (value as Variant).value as string[];
    };
    await call(SESSIONS, path, 'LogForward', 'b', true);
    await call(SESSIONS, path, 'Ready');
    await call(SESSIONS, path, 'Connect');
    const forwarded = heard.where(({ interface: iface, path: from }) => iface === BACKENDS && from === path);
    const connected = await forwarded.next('StatusChange', args => args[1] === 7);
    deepEqual([connected.sender, connected.args], [services.log.uniqueName, [2, 7, '']]);
    equal(forwarded.all.filter(({ member, args }) => member === 'StatusChange' && args[1] === 7).length, 1);
    ok(forwarded.all.some(({ member, args }) => member === 'Log' && args[2] === 'Connecting'));

    // The tunnel does not notice that its session manager is another one.
    services.sessions.kill('SIGKILL');
    await services.sessions.exited;
    await startService(t, {
      bus,
      service: 'session-manager',
      args: ['--state-dir', join(bus.folder, 'state')],
    });
    deepEqual(await call(SESSIONS, SESSIONS_PATH, 'FetchAvailableSessions'), [[path]]);
    await eventually('the log is forwarded again', async () => (await forwards()).length === 1);
    await call(SESSIONS, path, 'Restart');
    await forwarded.next('StatusChange', args => args[1] === 12);
    await call(SESSIONS, path, 'Disconnect');
    await eventually('the session has ended', () => events(path).at(-1)?.args[1] === 2);
    deepEqual(
      heard.all.filter(({ member }) => /ManagerEvent$/.test(member)).map(({ args }) => args),
      [
        [configuration, 1, GAMES.uid],
        [configuration, 2, GAMES.uid],
        [path, 1, GAMES.uid],
        [path, 2, GAMES.uid],
      ],
    );
    match(services.log.output(), /Session Manager VERB2: Added log forwarding to :/);
  });
});
