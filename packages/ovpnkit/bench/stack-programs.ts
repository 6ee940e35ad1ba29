import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bus, connect } from '@ovpnkit/dbus';
import { startSystemBus } from '@ovpnkit/lab';
import { privateDirectory } from '@ovpnkit/management/daemon';
import { policiesFor, type ServiceName, serviceNames, servicePrograms } from '@ovpnkit/openvpn3/share';
import { withServer } from '../../openvpn3/bench/server.ts';
import { unprivilegedUser } from '../src/openvpn3/stack/unprivileged-user.ts';

export type ProgramsBed = {
  /** Of root. */
  readonly bus: Bus;
  readonly address: string;
  /** A folder that everybody may enter. */
  readonly directory: string;
  /** One for each tunnel; all are made in the same network. */
  readonly profiles: readonly string[];
  /** Starts a service, unless it runs, and gives its process. */
  pidOf(service: ServiceName): Promise<number>;
};

export const program = fileURLToPath(new URL('../bin/ovpnkit.js', import.meta.url));

/** The services as they are installed: each a program of its own, which the bus starts when somebody calls it. */
export async function withPrograms<T>(tunnels: number, work: (bed: ProgramsBed) => Promise<T>): Promise<T> {
  return withServer(tunnels, async server => {
    const user = unprivilegedUser();
    const profiles = await Promise.all(
      Array.from({ length: tunnels }, (_, client) => server.profile(client)),
    );
    await using ending = new AsyncDisposableStack();
    const directory = privateDirectory('ovpnkit-lab');
    ending.defer(() => rmSync(directory, { recursive: true, force: true }));
    const activation = serviceNames.map(name => {
      const state = join(directory, name);
      mkdirSync(state);
      chownSync(state, user.uid, user.gid);
      const place = name === 'backend-starter' ? `/usr/bin/nsenter --net=${server.namespace(0)} ` : '';
      // The backends that the starter starts find the bus there.
      const start = `/usr/bin/env DBUS_SYSTEM_BUS_ADDRESS=unix:path=${directory}/bus ${process.execPath} --disable-sigusr1 ${program} service ${name} --user ${user.name}`;
      return { name: servicePrograms[name].busName, exec: `${place}${start} --state-dir ${state}` };
    });
    const daemon = await startSystemBus({ directory, policies: policiesFor(user.name), activation });
    ending.defer(() => daemon.close()); // with the bus the services end
    const { address } = daemon;
    const bus = ending.use(await connect({ address }));
    const ask = async (member: string, signature: string, ...body: unknown[]): Promise<number> =>
      Number((await bus.call({ ...busItself, member, signature, body })).body[0]);
    async function pidOf(service: ServiceName): Promise<number> {
      const { busName } = servicePrograms[service];
      await ask('StartServiceByName', 'su', busName, 0);
      return ask('GetConnectionUnixProcessID', 's', busName);
    }
    return await work({ bus, address, directory, profiles, pidOf });
  });
}

const busItself = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;
