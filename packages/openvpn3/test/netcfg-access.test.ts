// The policy of the bus lets few of these calls through; the service does not rely on it.
import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { type Access, DBusError } from '@ovpnkit/dbus';
import { NETCFG, NETCFG_PATH } from '../src/contract/names.ts';
import { NetworkConfiguration, NetworkDevice } from '../src/contract/netcfg.ts';
import { authorizeNetcfg } from '../src/services/netcfg/authorize.ts';

const users = { openvpn: 999, root: 0, stranger: 1000, unknown: undefined };
const DEVICE = `${NETCFG_PATH}/1_tunnel`;
const authorize = authorizeNetcfg(users.openvpn);

const accessOf = (uid: number | undefined, what: Pick<Access, 'operation' | 'member' | 'path'>): Access => ({
  caller: { name: ':1.7', uid, pid: 1, gone: new AbortController().signal },
  interface: NETCFG,
  ...what,
});

/** Everything else is refused with a DBusError. */
function allowedFor(operation: Access['operation'], path: string, member: string): string[] {
  return Object.entries(users).flatMap(([name, uid]) => {
    try {
      return authorize(accessOf(uid, { operation, path, member })) === true ? [name] : [];
    } catch (error) {
      if (error instanceof DBusError) return [];
      throw error;
    }
  });
}

test('each method of the service and of a device is for those whom the specification names', () => {
  const allowed: Record<string, string[]> = {
    CreateVirtualInterface: ['openvpn'],
    FetchInterfaceList: ['root'],
    ProtectSocket: ['openvpn'],
    DcoAvailable: ['openvpn'],
    Cleanup: ['openvpn'],
    NotificationSubscribe: ['openvpn', 'root'],
    NotificationUnsubscribe: ['openvpn', 'root'],
    NotificationSubscriberList: ['root'],
  };
  for (const member of NetworkConfiguration.methods.keys())
    deepEqual(allowedFor('call', NETCFG_PATH, member), allowed[member], member);
  for (const member of NetworkDevice.methods.keys())
    deepEqual(allowedFor('call', DEVICE, member), ['openvpn'], member);
  deepEqual(allowedFor('call', NETCFG_PATH, 'Nothing'), []);
});

test('everybody reads the service, and only root and the user openvpn read devices and write', () => {
  for (const member of NetworkConfiguration.properties.keys())
    deepEqual(allowedFor('get', NETCFG_PATH, member), Object.keys(users), member);
  deepEqual(allowedFor('set', NETCFG_PATH, 'log_level'), ['openvpn', 'root']);
  for (const member of NetworkDevice.properties.keys())
    deepEqual(allowedFor('get', DEVICE, member), ['openvpn', 'root'], member);
  deepEqual(allowedFor('set', DEVICE, 'mtu'), ['openvpn', 'root']);
});
