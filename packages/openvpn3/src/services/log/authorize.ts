import type { Authorize, Bus } from '@ovpnkit/dbus';
import { backendName, LOG, LOG_PATH, SESSIONS } from '../../contract/names.ts';
import { denied } from '../host/refusals.ts';
import { ownerOf } from './bus-facts.ts';
import type { Proxies } from './proxies.ts';

/**
 * Who may do what with the log: everybody reads how it is set, root and our own user set it, services of our own user
 * attach, a backend assigns its session, the session manager forwards. A proxy belongs to its owner and its target's user.
 */
export function authorizeLog(bus: Bus, proxies: Proxies, ownUid: number | undefined): Authorize {
  const isRoot = (uid: number | undefined) => uid === 0;
  const isOwn = (uid: number | undefined) => uid !== undefined && uid === ownUid;

  return async access => {
    const { caller, operation, path, interface: iface, member } = access;
    if (iface !== LOG) return true;
    const { name, uid, pid } = caller;
    if (path !== LOG_PATH) {
      const proxy = proxies.find(path);
      if (proxy && (uid === proxy.targetUid || name === proxy.owner)) return true;
      throw denied(access, 'Access denied');
    }
    const allowed = async (): Promise<boolean> => {
      if (operation === 'get') return true;
      if (operation === 'set') return isRoot(uid) || isOwn(uid);
      switch (member) {
        case 'Attach':
        case 'Detach':
          return isOwn(uid);
        case 'AssignSession':
          return isOwn(uid) && pid !== undefined && (await ownerOf(bus, backendName(pid))) === name;
        case 'ProxyLogEvents':
          return isOwn(uid) && (await ownerOf(bus, SESSIONS)) === name;
        case 'GetSubscriberList':
          return isRoot(uid) || isOwn(uid);
        default:
          return false;
      }
    };
    if (await allowed()) return true;
    throw denied(access);
  };
}
