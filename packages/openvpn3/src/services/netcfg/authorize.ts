import type { Authorize } from '@ovpnkit/dbus';
import { NETCFG, NETCFG_PATH } from '../../contract/names.ts';
import { denied } from '../host/refusals.ts';

/**
 * Everybody reads how the service is set; root and programs of our own user set it, read devices and subscribe. Only
 * root lists devices and subscribers, and only our own user has devices.
 */
export function authorizeNetcfg(ownUid: number | undefined): Authorize {
  return access => {
    const { caller, operation, path, interface: iface, member } = access;
    if (iface !== NETCFG) return true;
    const isRoot = caller.uid === 0;
    const isOwn = caller.uid !== undefined && caller.uid === ownUid;
    const allowed = (): boolean => {
      if (operation === 'get') return path === NETCFG_PATH || isRoot || isOwn;
      if (operation === 'set') return isRoot || isOwn;
      if (path !== NETCFG_PATH) return isOwn;
      switch (member) {
        case 'CreateVirtualInterface':
        case 'ProtectSocket':
        case 'DcoAvailable':
        case 'Cleanup':
          return isOwn;
        case 'NotificationSubscribe':
        case 'NotificationUnsubscribe':
          return isRoot || isOwn;
        case 'NotificationSubscriberList':
        case 'FetchInterfaceList':
          return isRoot;
        default:
          return false;
      }
    };
    if (allowed()) return true;
    throw denied(access);
  };
}
