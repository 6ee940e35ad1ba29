import type { Access, DBusError } from '@ovpnkit/dbus';
import { denied } from '../host/refusals.ts';
import type { Configuration } from './configuration.ts';

/** `service` is the user that the services run as. */
type Who = 'owner' | 'granted' | 'public' | 'service';

const readers: Readonly<Record<string, readonly Who[]>> = {
  single_use: ['owner', 'granted', 'public'],
};
const otherReaders: readonly Who[] = ['owner', 'granted', 'public', 'service'];

const writers: Readonly<Record<string, readonly Who[]>> = {
  dco: ['owner', 'granted'],
  transfer_owner_session: ['owner', 'granted'],
};

const callers: Readonly<Record<string, readonly Who[]>> = {
  Validate: ['owner', 'granted', 'public'],
  Fetch: ['owner', 'granted', 'service'],
  FetchJSON: ['owner', 'granted', 'service'],
};
const callersWhenLockedDown: readonly Who[] = ['owner', 'service'];

/** What even the owner of a sealed one may do. */
const unsealed: readonly string[] = ['Validate', 'Fetch', 'FetchJSON', 'Seal', 'Remove'];

const DENIED = 'Access to the configuration profile is denied.';
const NOT_OWNER = 'Configuration can only be modified by the profile owner';
const SEALED = 'Configuration profile is sealed and read-only';

/** Why the caller may not do this with the configuration. Undefined: it may. Root is nobody special. */
export function whyDenied(
  configuration: Configuration,
  access: Access,
  serviceUid: number | undefined,
): DBusError | undefined {
  const { operation, member } = access;
  const may = (allowed: readonly Who[]) => allowed.some(who => is(who, configuration, access, serviceUid));
  switch (operation) {
    case 'get':
      return member === 'owner' || may(readersOf(member, configuration)) ? undefined : denied(access, DENIED);
    case 'set':
      if (configuration.sealed) return denied(access, SEALED);
      return may(writers[member] ?? ['owner']) ? undefined : denied(access, NOT_OWNER);
    case 'call': {
      if (configuration.sealed && !unsealed.includes(member)) return denied(access, SEALED);
      const fetches = member === 'Fetch' || member === 'FetchJSON';
      const allowed =
        fetches && configuration.lockedDown ? callersWhenLockedDown : (callers[member] ?? ['owner']);
      return may(allowed) ? undefined : denied(access, DENIED);
    }
  }
}

/** The password of a proxy is as secret as the profile: who may fetch that may read it. */
function readersOf(member: string, { overrides, lockedDown }: Configuration): readonly Who[] {
  if (member !== 'overrides' || !overrides.has('proxy-password')) return readers[member] ?? otherReaders;
  return lockedDown ? callersWhenLockedDown : ['owner', 'granted', 'service'];
}

function is(
  who: Who,
  { owner, acl, publicAccess }: Configuration,
  { caller: { uid } }: Access,
  serviceUid: number | undefined,
): boolean {
  if (uid === undefined) return false;
  switch (who) {
    case 'owner':
      return uid === owner;
    case 'granted':
      return acl.includes(uid);
    case 'public':
      return publicAccess;
    case 'service':
      return uid === serviceUid;
  }
}
