import { isObjectPath } from '@ovpnkit/dbus';
import { CONFIGURATION_PATH } from '../../contract/names.ts';
import { booleanOverrides, textOverrides } from '../../tunnel/profile/override-values.ts';
import { ProfileError } from '../../tunnel/profile/profile-error.ts';
import type { Configuration } from './configuration.ts';
import { formatProfileJson, parseProfileJson } from './profile-json.ts';
import { directivesOf, keepDirectives, readProfile } from './read-profile.ts';
import { formatStyledJson } from './styled-json.ts';

/**
 * A persistent configuration as the content of its file. OpenVPN 3 reads it too; `profile_text`, which it passes over, is
 * what makes the profile come back whole and in its order.
 */
export function formatStored(configuration: Configuration): string {
  const { acl, tags, overrides } = configuration;
  return `${formatStyledJson({
    object_path: configuration.path,
    owner: configuration.owner,
    name: configuration.name,
    ...(tags.length > 0 && { tags }),
    import_timestamp: configuration.imported,
    last_used_timestamp: configuration.lastUsed,
    locked_down: configuration.lockedDown,
    transfer_owner_session: configuration.transferOwnerSession,
    readonly: configuration.sealed,
    single_use: configuration.singleUse,
    used_count: configuration.usedCount,
    valid: configuration.problem === undefined,
    profile: formatProfileJson(directivesOf(configuration), 'last'),
    profile_text: configuration.profile.reveal(),
    dco: configuration.dco,
    public_access: configuration.publicAccess,
    ...(acl.length > 0 && { acl }),
    ...(overrides.size > 0 && { overrides: Object.fromEntries(overrides) }),
    // JSON has its members sorted, and overrides have an order.
    ...(overrides.size > 1 && { overrides_order: [...overrides.keys()] }),
  })}\n`;
}

/**
 * What was stored, here or by OpenVPN 3; what is missing is false, 0 or empty. `ignored` are the names of overrides that
 * are not known.
 *
 * @throws Error, whose message says in a sentence what is wrong with the file and holds nothing of the profile
 */
export function parseStored(text: string): {
  readonly configuration: Configuration;
  readonly ignored: readonly string[];
} {
  const json = readJson(text);
  const path = json.object_path;
  if (typeof path !== 'string' || !isObjectPath(path) || !path.startsWith(`${CONFIGURATION_PATH}/`))
    throw new Error(`'object_path' is no path below ${CONFIGURATION_PATH}`);
  const { overrides, ignored } = readOverrides(json.overrides, json.overrides_order);
  return {
    configuration: {
      path,
      name: typed(json, 'name', isString, ''),
      owner: typed(json, 'owner', isUnsigned32, 0),
      ...readStoredProfile(json),
      persistent: true,
      singleUse: typed(json, 'single_use', isBoolean, false),
      sealed: typed(json, 'readonly', isBoolean, false),
      lockedDown: typed(json, 'locked_down', isBoolean, false),
      publicAccess: typed(json, 'public_access', isBoolean, false),
      transferOwnerSession: typed(json, 'transfer_owner_session', isBoolean, false),
      dco: typed(json, 'dco', isBoolean, false),
      acl: typed(json, 'acl', listOf(isUnsigned32), []),
      tags: typed(json, 'tags', listOf(isString), []),
      overrides,
      imported: typed(json, 'import_timestamp', isSeconds, 0),
      lastUsed: typed(json, 'last_used_timestamp', isSeconds, 0),
      usedCount: typed(json, 'used_count', isUnsigned32, 0),
    },
    ignored,
  };
}

type Members = Readonly<Record<string, unknown>>;

function readJson(text: string): Members {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The error of JSON.parse quotes the text.
    throw new Error('it is no JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Error('it is no JSON object');
  return json as Members;
}

function readStoredProfile(json: Members): Pick<Configuration, 'profile' | 'problem'> {
  try {
    return json.profile_text === undefined
      ? keepDirectives(parseProfileJson(json.profile))
      : readProfile(typed(json, 'profile_text', isString, ''));
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    throw new Error('its profile cannot be read');
  }
}

/** A boolean where text belongs is taken as it is, as OpenVPN 3 does; it is refused when the profile is used. */
function readOverrides(
  json: unknown,
  order: unknown,
): { readonly overrides: ReadonlyMap<string, string | boolean>; readonly ignored: readonly string[] } {
  const members = typed({ overrides: json }, 'overrides', isObject, {});
  const known = (key: string) => textOverrides.has(key) || booleanOverrides.includes(key);
  const first = Array.isArray(order) ? order : [];
  const place = (key: string) => (first.includes(key) ? first.indexOf(key) : first.length);
  const keys = Object.keys(members).filter(known);
  return {
    overrides: new Map(
      keys
        .sort((a, b) => place(a) - place(b))
        .map(key => [
          key,
          typed<string | boolean>(members, key, value => isString(value) || isBoolean(value), ''),
        ]),
    ),
    ignored: Object.keys(members).filter(key => !known(key)),
  };
}

/** A member that is missing has the value that it is given here. */
function typed<T>(members: Members, name: string, is: (value: unknown) => value is T, missing: T): T {
  const value = Object.hasOwn(members, name) ? members[name] : undefined;
  if (value === undefined) return missing;
  if (is(value)) return value;
  throw new Error(`'${name}' has a value of another type than it should`);
}

const isString = (value: unknown): value is string => typeof value === 'string' && isText(value);
/** D-Bus carries it. */
const isText = (value: string) => value.isWellFormed() && !value.includes('\0');
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSeconds = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isUnsigned32 = (value: unknown): value is number => isSeconds(value) && value <= 0xffff_ffff;
const listOf =
  <T>(is: (value: unknown) => value is T) =>
  (value: unknown): value is readonly T[] =>
    Array.isArray(value) && value.every(is);
