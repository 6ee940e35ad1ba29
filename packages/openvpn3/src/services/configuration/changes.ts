import type { Variant } from '@ovpnkit/dbus';
import { byteLength } from '../../tunnel/profile/byte-length.ts';
import { booleanOverrides, textOverrides } from '../../tunnel/profile/override-values.ts';
import { refused } from '../host/refusals.ts';
import type { Configuration } from './configuration.ts';

// What the methods of a configuration make of it. Each gives another configuration, or throws the DBusError that the
// caller gets. The texts are OpenVPN 3's where it has some; what it does not limit is limited here.

const MAX_TAG_BYTES = 128;
const MAX_TAGS = 128;
const MAX_ACL = 1024;
const MAX_OVERRIDE_BYTES = 1024;
const MAX_NAME_BYTES = 1024;

/** Text of a caller in one line. */
export const oneLine = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, '');

export function checkedName(name: string): string {
  const kept = oneLine(name);
  if (byteLength(kept) > MAX_NAME_BYTES) throw refused('Configuration name too long');
  return kept;
}

function checkedTag(tag: string): string {
  const kept = oneLine(tag);
  if (kept === '') throw refused('Tag value cannot be empty');
  if (byteLength(kept) > MAX_TAG_BYTES) throw refused('Tag value too long');
  return kept;
}

export function addTag(configuration: Configuration, text: string): Configuration {
  const tag = checkedTag(text);
  const { tags } = configuration;
  if (tags.includes(tag)) throw refused('Tag already exists');
  if (tags.length >= MAX_TAGS) throw refused(`There are ${MAX_TAGS} tags already; remove one first`);
  return { ...configuration, tags: [...tags, tag] };
}

export function removeTag(configuration: Configuration, text: string): Configuration {
  const tag = checkedTag(text);
  const { tags } = configuration;
  if (!tags.includes(tag)) throw refused('Non-existing tag');
  return { ...configuration, tags: tags.filter(each => each !== tag) };
}

export function grantAccess(configuration: Configuration, uid: number): Configuration {
  const { acl } = configuration;
  if (acl.includes(uid)) throw refused('UID already granted access');
  if (acl.length >= MAX_ACL) throw refused(`${MAX_ACL} users have access already; revoke one first`);
  return { ...configuration, acl: [...acl, uid] };
}

export function revokeAccess(configuration: Configuration, uid: number): Configuration {
  const { acl } = configuration;
  if (!acl.includes(uid)) throw refused('UID not granted access');
  return { ...configuration, acl: acl.filter(each => each !== uid) };
}

/** One that is set again goes to the end. */
export function setOverride(configuration: Configuration, key: string, variant: Variant): Configuration {
  const value = variant.as('s') ?? variant.as('b');
  if (value === undefined) throw refused(`Unsupported override data type: ${variant.signature}`);
  const form = textOverrides.get(key);
  if (!form && !booleanOverrides.includes(key)) throw refused(`Invalid override key '${oneLine(key)}'`);
  if (typeof value !== (form ? 'string' : 'boolean'))
    throw refused(`(SetOverride) Invalid override data type for '${key}': ${variant.signature}`);
  // The value is not said: it may be a password.
  if (typeof value === 'string' && (!form?.test(value) || byteLength(value) > MAX_OVERRIDE_BYTES))
    throw refused(`(SetOverride) Invalid override value for '${key}'`);
  return {
    ...configuration,
    overrides: new Map([...configuration.overrides].filter(([each]) => each !== key)).set(key, value),
  };
}

export function unsetOverride(configuration: Configuration, key: string): Configuration {
  const { overrides } = configuration;
  if (!overrides.has(key)) throw refused(`Override '${oneLine(key)}' has not been set`);
  return { ...configuration, overrides: new Map([...overrides].filter(([each]) => each !== key)) };
}

/** For good. */
export function seal(configuration: Configuration): Configuration {
  if (configuration.problem !== undefined) throw refused('Configuration is not currently valid');
  return { ...configuration, sealed: true };
}

/** A backend has fetched it; `now` is in seconds since 1970. */
export const countUse = (configuration: Configuration, now: number): Configuration => ({
  ...configuration,
  usedCount: Math.min(configuration.usedCount + 1, 0xffff_ffff),
  lastUsed: now,
});
