import { HIGHEST_LOG_LEVEL } from '../../contract/log.ts';
import type { UsableConfiguration } from './configuration.ts';

/** What the session manager itself knows of a session, and must not forget while the tunnel lives. No secrets. */
export type SessionRecord = {
  readonly path: string;
  readonly configPath: string;
  /** Empty until the backend has fetched the configuration. */
  readonly configName: string;
  /** Whom NewTunnel was called by; the owner may be another one. */
  readonly creator: number;
  readonly owner: number;
  /** Without the owner, as granted. */
  readonly acl: readonly number[];
  readonly publicAccess: boolean;
  readonly restrictLogAccess: boolean;
  /** Seconds since 1970. */
  readonly created: number;
  /** 0 to 6. */
  readonly logVerbosity: number;
  /** Connect has been called with success. */
  readonly connected: boolean;
  /** A backend that vanishes is replaced. */
  readonly automaticRestart: boolean;
  /** 0 until there is one. */
  readonly backendPid: number;
  readonly logForwards: readonly LogForward[];
};

/** The log service sends the session's log to `target`, a unique name; `proxy` is the object that stands for that. */
export type LogForward = { readonly target: string; readonly proxy: string; readonly uid: number };

/** A session as NewTunnel makes it. Its owner is the configuration's where the configuration says so. */
export function newRecord(
  path: string,
  configuration: UsableConfiguration,
  creator: number,
  now: Date,
): SessionRecord {
  const transferred = configuration.transfersOwnership && configuration.owner !== creator;
  return {
    path,
    configPath: configuration.path,
    configName: '',
    creator,
    owner: transferred ? configuration.owner : creator,
    acl: transferred ? [creator] : [],
    publicAccess: false,
    restrictLogAccess: !transferred,
    created: Math.floor(now.getTime() / 1000),
    logVerbosity: HIGHEST_LOG_LEVEL,
    connected: false,
    automaticRestart: configuration.automaticRestart,
    backendPid: 0,
    logForwards: [],
  };
}

export const formatRecord = (record: SessionRecord): string => `${JSON.stringify(record, undefined, 2)}\n`;

/** `undefined` for what {@link formatRecord} has not written. */
export function parseRecord(text: string): SessionRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  for (const [name, fits] of Object.entries(checks)) {
    if (!Object.hasOwn(fields, name) || !fits(fields[name])) return undefined;
  }
  const known = Object.keys(checks).map(name => [name, fields[name]]);
  return Object.fromEntries(known) as SessionRecord;
}

const SESSION_PATH = /^\/net\/openvpn\/v3\/sessions\/[0-9a-fs]{36}$/;
const isString = (value: unknown): boolean => typeof value === 'string';
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isUint32 = (value: unknown): boolean => Number.isInteger(value) && Number(value) >>> 0 === value;
const isPath = (value: unknown): boolean =>
  typeof value === 'string' && /^(\/|(\/[A-Za-z0-9_]+)+)$/.test(value);

const checks: Readonly<Record<keyof SessionRecord, (value: unknown) => boolean>> = {
  path: value => typeof value === 'string' && SESSION_PATH.test(value),
  configPath: isPath,
  configName: isString,
  creator: isUint32,
  owner: isUint32,
  acl: value => Array.isArray(value) && value.every(isUint32),
  publicAccess: isBoolean,
  restrictLogAccess: isBoolean,
  created: value => Number.isSafeInteger(value) && Number(value) >= 0,
  logVerbosity: value => isUint32(value) && Number(value) <= HIGHEST_LOG_LEVEL,
  connected: isBoolean,
  automaticRestart: isBoolean,
  backendPid: isUint32,
  logForwards: value => Array.isArray(value) && value.every(isLogForward),
};

const isLogForward = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'target' in value &&
  typeof value.target === 'string' &&
  /^:[\w.-]+$/.test(value.target) &&
  'proxy' in value &&
  isPath(value.proxy) &&
  'uid' in value &&
  isUint32(value.uid);
