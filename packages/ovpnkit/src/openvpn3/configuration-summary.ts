import { DBusError } from '@ovpnkit/dbus';
import type { Configuration } from '@ovpnkit/openvpn3';
import { reason } from './front-end.ts';
import { userName } from './user-names.ts';

/** What the list of configurations tells of one. */
export type ConfigurationSummary = {
  readonly path: string;
  readonly name: string;
  readonly owner: string;
  readonly acl: readonly string[];
  readonly imported: Date;
  /** `undefined` for never. */
  readonly lastUsed: Date | undefined;
  readonly used: number;
  readonly tags: readonly string[];
  readonly dco: boolean;
  readonly lockedDown: boolean;
  readonly publicAccess: boolean;
  readonly transferOwnerSession: boolean;
  /** Why no session can be started with it. */
  readonly invalid: string | undefined;
};

/** Reads it from the bus. Rejects with a DBusError when the configuration is gone. */
export async function summarize(configuration: Configuration): Promise<ConfigurationSummary> {
  const [invalid, known, name] = await Promise.all([
    whyInvalid(configuration),
    configuration.properties(),
    configuration.get('name'),
  ]);
  const lastUsed = known.last_used_timestamp ?? 0n;
  return {
    path: configuration.path,
    name,
    owner: known.owner === undefined ? '' : await userName(known.owner),
    acl: await Promise.all((known.acl ?? []).map(userName)),
    imported: fromUnixTime(known.import_timestamp ?? 0n),
    lastUsed: lastUsed === 0n ? undefined : fromUnixTime(lastUsed),
    used: known.used_count ?? 0,
    tags: known.tags ?? [],
    dco: known.dco ?? false,
    lockedDown: known.locked_down ?? false,
    publicAccess: known.public_access ?? false,
    transferOwnerSession: known.transfer_owner_session ?? false,
    invalid,
  };
}

export const fromUnixTime = (seconds: bigint): Date => new Date(Number(seconds) * 1000);

/** `undefined` when the configuration manager finds nothing wrong with it. */
export async function whyInvalid(configuration: Configuration): Promise<string | undefined> {
  try {
    await configuration.validate();
    return undefined;
  } catch (error) {
    if (error instanceof DBusError) return reason(error);
    throw error;
  }
}
