import type { Authorize } from '@ovpnkit/dbus';
import { BACKENDS } from '../../contract/names.ts';
import { denied } from '../host/refusals.ts';

/** Everybody may read; only programs of our own user start backends. */
export const authorizeStarter =
  (ownUid: number | undefined): Authorize =>
  access => {
    const { caller, operation, interface: iface } = access;
    if (iface !== BACKENDS || operation === 'get') return true;
    if (caller.uid !== undefined && caller.uid === ownUid) return true;
    throw denied(access);
  };
