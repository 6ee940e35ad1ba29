import { randomUUID } from 'node:crypto';
import { type Access, type Implementation, implement } from '@ovpnkit/dbus';
import { ConfigurationManager } from '../../contract/configuration.ts';
import { CONFIGURATION_PATH } from '../../contract/names.ts';
import { ProfileError } from '../../tunnel/profile/profile-error.ts';
import { API_VERSION } from '../host/api-version.ts';
import { requestFailed } from '../host/refusals.ts';
import type { ServiceHost } from '../host/service-host.ts';
import { userId } from '../host/user-id.ts';
import { checkedName } from './changes.ts';
import { type Configuration, newConfiguration } from './configuration.ts';
import type { ConfigurationService } from './configuration-service.ts';
import { readProfile } from './read-profile.ts';

/** The members of net.openvpn.v3.configuration on the main object. Everybody finds what is his, or what he may use. */
export function implementManager(
  service: ConfigurationService,
  host: Pick<ServiceHost, 'logFrom'>,
): Implementation {
  const find = ({ caller: { uid } }: Access, test: (configuration: Configuration) => boolean): string[] =>
    service
      .all()
      .filter(each => uid !== undefined && mayUse(each, uid) && test(each))
      .map(({ path }) => path);

  return implement(ConfigurationManager, {
    methods: {
      async Import([name, text, singleUse, persistent], { caller }) {
        const owner = uidOf(caller);
        // Reading a profile takes time, and what is refused anyway should take none from others.
        service.checkRoom(owner, text.length);
        const configuration = newConfiguration({
          ...importedProfile(text),
          path: `${CONFIGURATION_PATH}/${randomUUID().replaceAll('-', 'x')}`,
          name: checkedName(name),
          owner,
          singleUse,
          persistent,
          imported: Math.floor(Date.now() / 1000),
        });
        await service.add(configuration);
        const kind = `${persistent ? 'persistent ' : ''}${singleUse ? 'single-use ' : ''}`;
        host.logFrom(configuration.path)(
          'INFO',
          `Parsed ${kind}configuration '${configuration.name}', owner: UID ${configuration.owner}`,
        );
        return configuration.path;
      },
      FetchAvailableConfigs: (_, access) => find(access, () => true),
      LookupConfigName: ([name], access) => find(access, each => each.name === name),
      SearchByTag: ([tag], access) => find(access, ({ tags }) => tags.includes(tag)),
      async SearchByOwner([user], access) {
        const uid = await userId(user, access.caller.uid);
        return find(access, ({ owner }) => owner === uid);
      },
      async TransferOwnership([path, owner]) {
        const transferred = await service.replace(path, each => ({ ...each, owner }));
        if (transferred) host.logFrom(path)('INFO', `Ownership transferred to UID ${owner}`);
      },
    },
    properties: { version: { get: () => API_VERSION } },
  });
}

const mayUse = ({ owner, acl, publicAccess }: Configuration, uid: number): boolean =>
  owner === uid || publicAccess || acl.includes(uid);

function uidOf({ uid }: Access['caller']): number {
  if (uid === undefined) throw new Error('a caller without a uid was let through');
  return uid;
}

function importedProfile(text: string): Pick<Configuration, 'profile' | 'problem'> {
  try {
    return readProfile(text);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    throw requestFailed(`Invalid configuration profile: ${error.message}`);
  }
}
