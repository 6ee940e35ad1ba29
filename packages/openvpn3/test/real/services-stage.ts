// The services of OpenVPN 3 and a real server, on a system bus with users: what a front end lives among.
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Bus } from '@ovpnkit/dbus';
import { type AccountsServer, type AccountsServerOptions, startAccountsServer } from '@ovpnkit/lab/testing';
import { placeFor } from './backend-process.ts';
import { endBackends, startService } from './service-process.ts';
import { type SystemBus, startSystemBus } from './system-bus.ts';

/** Users that every password file has, by the names that the recordings have. */
export const users = {
  games: { uid: 5, gid: 60 },
  news: { uid: 9, gid: 13 },
  root: { uid: 0, gid: 0 },
} as const;
export type UserName = keyof typeof users;

export type ServicesStage = {
  readonly bus: SystemBus;
  readonly server: AccountsServer;
  connectAs(user: UserName): Promise<Bus>;
};

/** Starts all but netcfg. Everything ends with the test. */
export async function openServicesStage(
  t: TestContext,
  options: AccountsServerOptions = {},
): Promise<ServicesStage> {
  const bus = await startSystemBus(t);
  const state = join(bus.folder, 'state');
  for (const folder of [state, join(state, 'configs')]) {
    await mkdir(folder);
    await chown(folder, bus.user.uid, bus.user.gid);
  }
  const server = await startAccountsServer(t, options);
  const namespace = server.namespace(0);
  endBackends(t, bus, namespace);
  await startService(t, { bus, service: 'log', args: ['--state-dir', state] });
  const configurations = ['--state-dir', join(state, 'configs')];
  await Promise.all([
    startService(t, { bus, service: 'configuration-manager', args: configurations }),
    startService(t, {
      bus,
      service: 'backend-starter',
      args: await clientProgram(bus),
      namespace,
    }),
    startService(t, { bus, service: 'session-manager', args: ['--state-dir', state] }),
  ]);
  return {
    bus,
    server,
    connectAs: async user => (user === 'root' ? bus.connect() : (await bus.connectAs(users[user])).bus),
  };
}

/** The client program of the repository, from wherever its user finds that. */
async function clientProgram(bus: SystemBus): Promise<string[]> {
  const { root, node, enter } = await placeFor(bus.user);
  if (enter.length === 0) return [];
  const path = join(bus.folder, 'client');
  await writeFile(
    path,
    `#!/bin/sh\nexec '${node}' '${root}/packages/openvpn3/dist/service-client.cjs' "$@"\n`,
  );
  await chmod(path, 0o755);
  return ['--client-binary', path];
}
