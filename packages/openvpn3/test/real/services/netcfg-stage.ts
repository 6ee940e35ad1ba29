// The network configuration service as a process on a real bus, and its callers.
import type { TestContext } from 'node:test';
import { type Bus, Variant } from '@ovpnkit/dbus';
import { NETCFG } from '@ovpnkit/openvpn3';
import { ask } from '../answer.ts';
import { type ServiceProcess, startService } from '../service-process.ts';
import type { SystemBus } from '../system-bus.ts';

export const startNetcfg = (t: TestContext, bus: SystemBus, namespace?: string): Promise<ServiceProcess> =>
  startService(t, {
    bus,
    service: 'netcfg',
    args: ['--log-level', '6'],
    ...(namespace === undefined ? {} : { namespace }),
  });

const signatures: Readonly<Record<string, string>> = {
  CreateVirtualInterface: 's',
  NotificationSubscribe: 'u',
  NotificationUnsubscribe: 's',
  ProtectSocket: 'sbo',
  AddIPAddress: 'susb',
  SetRemoteAddress: 'sb',
  AddNetworks: 'a(suibb)',
  AddDNS: 'as',
  AddDNSSearch: 'as',
  SetDNSSEC: 's',
  SetDNSTransport: 's',
  Attach: 's',
};
const types: Readonly<Record<string, string>> = { dns_scope: 's', log_level: 'u', mtu: 'q' };
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** What a method answers, or the name and the text of its error. */
export async function call(
  bus: Bus,
  path: string,
  member: string,
  ...body: unknown[]
): Promise<readonly unknown[]> {
  const signature = signatures[member] ?? '';
  const answer = await ask(bus, { destination: NETCFG, path, interface: NETCFG, member, signature, body });
  return 'ok' in answer ? answer.ok : [answer.error, answer.message];
}

/** The value of a property, or the name of the error. */
export async function get(bus: Bus, path: string, property: string): Promise<unknown> {
  const body = [NETCFG, property];
  const answer = await ask(bus, {
    destination: NETCFG,
    path,
    interface: PROPERTIES,
    member: 'Get',
    signature: 'ss',
    body,
  });
  return 'ok' in answer ? (answer.ok[0] as Variant).value : answer.error;
}

/** All that may be read; an error has no values. */
export async function getAll(bus: Bus, path: string): Promise<Readonly<Record<string, unknown>>> {
  const object = { destination: NETCFG, path, interface: PROPERTIES, member: 'GetAll' };
  const answer = await ask(bus, { ...object, signature: 's', body: [NETCFG] });
  const values = 'ok' in answer ? (answer.ok[0] as Map<string, Variant>) : new Map<string, Variant>();
  return Object.fromEntries([...values].map(([name, { value }]) => [name, value]));
}

/** The name and the text of the error; empty for none. */
export async function set(bus: Bus, path: string, property: string, value: unknown): Promise<string[]> {
  const body = [NETCFG, property, new Variant(types[property] ?? '', value)];
  const object = { destination: NETCFG, path, interface: PROPERTIES, member: 'Set' };
  const answer = await ask(bus, { ...object, signature: 'ssv', body });
  return 'ok' in answer ? [] : [answer.error, answer.message];
}

export type Told = readonly [type: number, device: string, details: Readonly<Record<string, string>>];

/** What a connection is told of changes from now on, oldest first. */
export async function changesFor(bus: Bus): Promise<readonly Told[]> {
  const told: Told[] = [];
  await bus.subscribe({ sender: NETCFG, interface: NETCFG, member: 'NetworkChange' }, ({ body }) => {
    const [type, device, details] = body as [number, string, Map<string, string>];
    told.push([type, device, Object.fromEntries(details)]);
  });
  return told;
}
