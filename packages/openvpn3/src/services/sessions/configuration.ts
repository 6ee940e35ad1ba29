import { type Bus, createProxy, DBusError } from '@ovpnkit/dbus';
import { Configuration } from '../../contract/configuration.ts';
import { CONFIGURATION } from '../../contract/names.ts';
import { refused, requestFailed } from '../host/refusals.ts';

export type UsableConfiguration = {
  readonly path: string;
  readonly owner: number;
  /** Sessions belong to the configuration's owner, whoever starts them. */
  readonly transfersOwnership: boolean;
  readonly automaticRestart: boolean;
};

/**
 * A configuration that `uid` may use: it is his, he has been granted access, or it is public. Rejects with the DBusError
 * for the caller: there is none, he may not, or the configuration manager does not answer within so many milliseconds.
 */
export async function findConfiguration(
  bus: Bus,
  path: string,
  uid: number,
  timeoutMs: number,
): Promise<UsableConfiguration> {
  const proxy = createProxy(bus, Configuration, { destination: CONFIGURATION, path });
  const found = await proxy.getAll({ timeoutMs }).catch((error: unknown) => {
    if (error instanceof DBusError && error.errorName === 'org.freedesktop.DBus.Error.UnknownMethod')
      throw refused(`There is no configuration profile ${path}`);
    throw requestFailed(
      `Could not read the configuration profile ${path}: ${error instanceof Error ? error.message : error}`,
    );
  });
  // What a configuration manager does not let us read is not granted.
  const { owner, acl = [], public_access = false, transfer_owner_session = false, overrides } = found;
  if (owner === undefined || (owner !== uid && !public_access && !acl.includes(uid)))
    throw refused('Access to the configuration profile is denied.');
  return {
    path,
    owner,
    transfersOwnership: transfer_owner_session,
    automaticRestart: overrides?.get('automatic-restart')?.as('s') === 'on-failure',
  };
}
