import { type Access, type Caller, type Implementation, implement, Variant } from '@ovpnkit/dbus';
import { Configuration as ConfigurationInterface } from '../../contract/configuration.ts';
import { refused } from '../host/refusals.ts';
import type { Log } from '../host/service-host.ts';
import {
  addTag,
  checkedName,
  countUse,
  grantAccess,
  removeTag,
  revokeAccess,
  seal,
  setOverride,
  unsetOverride,
} from './changes.ts';
import type { Configuration } from './configuration.ts';
import { formatProfileJson } from './profile-json.ts';
import { directivesOf } from './read-profile.ts';
import { formatStyledJson } from './styled-json.ts';

/** What an object wants of who keeps the configurations. */
export type ConfigurationKeeper = {
  /** Throws what a caller gets when there is no such object. */
  get(path: string): Configuration;
  /** Rejects when it is gone, or the caller may not any longer. */
  update(access: Access, change: (now: Configuration) => Configuration): Promise<void>;
  /** The same for whom no such question arises. False when there is no such configuration. */
  replace(path: string, change: (now: Configuration) => Configuration): Promise<boolean>;
  /** Rejects when it is gone. */
  remove(path: string): Promise<void>;
  /** Whether the caller is a backend VPN client process, by the bus name that it owns. */
  isBackend(caller: Caller): Promise<boolean>;
};

/** The members of net.openvpn.v3.configuration on one configuration. */
export function implementConfiguration(path: string, service: ConfigurationKeeper, log: Log): Implementation {
  const now = () => service.get(path);
  const read = <T>(property: (configuration: Configuration) => T) => ({ get: () => property(now()) });
  const { update } = service;
  const flag = (name: 'dco' | 'lockedDown' | 'publicAccess' | 'transferOwnerSession') => ({
    get: () => now()[name],
    set: (value: boolean, access: Access) => update(access, each => ({ ...each, [name]: value })),
  });

  async function fetch({ caller }: Access): Promise<Configuration> {
    const isUse = await service.isBackend(caller);
    const configuration = now();
    if (!isUse) return configuration;
    if (configuration.singleUse) await service.remove(path);
    else {
      await service
        .replace(path, each => countUse(each, secondsNow()))
        // No reason to keep a tunnel from running.
        .catch(error => log('ERROR', `A use was not counted: ${error.message}`));
    }
    return configuration;
  }

  return implement(ConfigurationInterface, {
    methods: {
      Validate() {
        const { problem } = now();
        if (problem !== undefined) throw refused(problem);
      },
      Fetch: async (_, access) => (await fetch(access)).profile.reveal(),
      FetchJSON: () => formatStyledJson(formatProfileJson(directivesOf(now()))),
      // Without effect in OpenVPN 3 as well.
      SetOption() {},
      async SetOverride([key, value], access) {
        await update(access, each => setOverride(each, key, value));
        const shown = key === 'proxy-password' ? 'a secret' : `'${value.value}'`;
        log('INFO', `Setting configuration override '${key}' to ${shown} by UID ${access.caller.uid}`);
      },
      async UnsetOverride([key], access) {
        await update(access, each => unsetOverride(each, key));
        log('INFO', `Unset configuration override '${key}' by UID ${access.caller.uid}`);
      },
      AddTag: ([tag], access) => update(access, each => addTag(each, tag)),
      RemoveTag: ([tag], access) => update(access, each => removeTag(each, tag)),
      async AccessGrant([uid], access) {
        await update(access, each => grantAccess(each, uid));
        log('INFO', `Granted access to UID ${uid} on ${path}`);
      },
      async AccessRevoke([uid], access) {
        await update(access, each => revokeAccess(each, uid));
        log('INFO', `Revoked access from UID ${uid} on ${path}`);
      },
      Seal: (_, access) => update(access, seal),
      Remove: () => service.remove(path),
    },
    properties: {
      acl: read(({ acl }) => [...acl]),
      dco: flag('dco'),
      import_timestamp: read(({ imported }) => BigInt(imported)),
      last_used_timestamp: read(({ lastUsed }) => BigInt(lastUsed)),
      locked_down: flag('lockedDown'),
      name: {
        get: () => now().name,
        set: (name, access) => update(access, each => ({ ...each, name: checkedName(name) })),
      },
      overrides: read(
        ({ overrides }) =>
          new Map(
            [...overrides].map(([key, value]): [string, Variant] => [
              key,
              typeof value === 'string' ? new Variant('s', value) : new Variant('b', value),
            ]),
          ),
      ),
      owner: read(({ owner }) => owner),
      persistent: read(({ persistent }) => persistent),
      public_access: flag('publicAccess'),
      readonly: read(({ sealed }) => sealed),
      single_use: read(({ singleUse }) => singleUse),
      tags: read(({ tags }) => [...tags]),
      transfer_owner_session: flag('transferOwnerSession'),
      used_count: read(({ usedCount }) => usedCount),
      valid: read(({ problem }) => problem === undefined),
    },
  });
}

const secondsNow = (): number => Math.floor(Date.now() / 1000);
