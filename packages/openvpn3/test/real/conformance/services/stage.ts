// The services of OpenVPN 3 with the users of the recordings, and what happened between the recorded commands.
import type { TestContext } from 'node:test';
import type { Bus, MethodCall } from '@ovpnkit/dbus';
import { eventually, type ProfileKind } from '@ovpnkit/lab/testing';
import { ask, unwrap } from '../../answer.ts';
import { startService } from '../../service-process.ts';
import { openServicesStage, type UserName } from '../../services-stage.ts';
import { fullMember } from './bus-call.ts';
import { isOfTheDaemon } from './masked-line.ts';
import { createObjectNames, shortened } from './object-names.ts';
import { pythonRepr } from './python-repr.ts';
import type { Stage, Told } from './replay.ts';

const services = ['~.log', '~.configuration', '~.sessions', '~.netcfg'];
const full = (name: string): string => name.replace(/^~/, 'net.openvpn.v3');

const versionOf = (service: string): MethodCall => ({
  destination: service,
  path: `/${service.replaceAll('.', '/')}`,
  interface: 'org.freedesktop.DBus.Properties',
  member: 'Get',
  signature: 'ss',
  body: [service, 'version'],
});

/** Of configurations that are not simply for a certificate. */
const kinds: Readonly<Record<string, ProfileKind>> = {
  g2: 'userpass',
  'py-cfg': 'userpass',
  noserver: 'unreachable',
};

export type ConformanceStage = Stage & {
  /** Calls a method of the service whose object it is; rejects when it is refused. `DBus.Properties.Set` is one, too. */
  call(
    user: UserName | 'openvpn',
    path: string,
    member: string,
    signature?: string,
    ...body: unknown[]
  ): Promise<unknown[]>;
  /** Resolves when the session has this minor status. */
  settled(session: string, minor: number): Promise<void>;
};

export async function openStage(t: TestContext): Promise<ConformanceStage> {
  const desk = await openServicesStage(t);
  const namespace = desk.server.namespace(0);
  await startService(t, { bus: desk.bus, service: 'netcfg', args: ['--log-level', '4'], namespace });
  const names = createObjectNames();
  const buses = new Map<string, Promise<Bus>>();
  const connectAs = async (user: string): Promise<Bus> =>
    user === 'openvpn' ? (await desk.bus.connectAs()).bus : desk.connectAs(user as UserName);
  const busOf = (user: string): Promise<Bus> => {
    const bus = buses.get(user) ?? connectAs(user);
    buses.set(user, bus);
    return bus;
  };
  const signals: Told[] = [];
  const games = await busOf('games');
  for (const sender of services) {
    await games.subscribe({ sender: full(sender) }, ({ path, interface: of = '', member, body }) => {
      const name = shortened(`${of}.${member}`).replace('net.openvpn.v3', '~');
      const line = `${path} ${name} ${pythonRepr(body)}`;
      if (!isOfTheDaemon(line)) signals.push({ sender, line });
    });
  }
  const call: ConformanceStage['call'] = async (user, path, member, signature = '', ...body) => {
    const of = path.split('/')[4] ?? '';
    const name = `net.openvpn.v3.${of}`;
    const [iface, plain] = member.includes('.') ? fullMember(member) : [name, member];
    const method = { destination: name, path, interface: iface, member: plain, signature, body };
    return [...unwrap(await ask(await busOf(user), method))];
  };
  return {
    names,
    busOf,
    signals,
    async forget() {
      // What a service has told before it answers has come with its answer.
      for (const service of services) await games.call(versionOf(full(service)));
      signals.length = 0;
    },
    call,
    async profileOf(name) {
      const kind = kinds[name] ?? 'cert';
      const profile = (await desk.server.profile(kind)).replace('verb 3', 'verb 6');
      return name === 't3' ? profile.replace(/^remote .*\n/m, '') : profile;
    },
    async settled(session, minor) {
      const status = {
        destination: 'net.openvpn.v3.sessions',
        path: session,
        interface: 'org.freedesktop.DBus.Properties',
        member: 'Get',
        signature: 'ss',
        body: ['net.openvpn.v3.sessions', 'status'],
      };
      await eventually(`the session has the status ${minor}`, async () => {
        const [is] = unwrap(await ask(games, status)) as [{ value: readonly unknown[] }];
        return is.value[1] === minor;
      });
    },
  };
}
