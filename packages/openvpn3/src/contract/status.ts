export const StatusMajor = {
  UNSET: 0,
  CONFIG: 1,
  CONNECTION: 2,
  SESSION: 3,
  PKCS11: 4,
  PROCESS: 5,
} as const;

export const StatusMinor = {
  UNSET: 0,
  CFG_ERROR: 1,
  CFG_OK: 2,
  CFG_INLINE_MISSING: 3,
  CFG_REQUIRE_USER: 4,
  CONN_INIT: 5,
  CONN_CONNECTING: 6,
  CONN_CONNECTED: 7,
  CONN_DISCONNECTING: 8,
  CONN_DISCONNECTED: 9,
  CONN_FAILED: 10,
  CONN_AUTH_FAILED: 11,
  CONN_RECONNECTING: 12,
  CONN_PAUSING: 13,
  CONN_PAUSED: 14,
  CONN_RESUMING: 15,
  CONN_DONE: 16,
  SESS_NEW: 17,
  SESS_BACKEND_COMPLETED: 18,
  SESS_REMOVED: 19,
  SESS_AUTH_USERPASS: 20,
  SESS_AUTH_CHALLENGE: 21,
  SESS_AUTH_URL: 22,
  PKCS11_SIGN: 23,
  PKCS11_ENCRYPT: 24,
  PKCS11_DECRYPT: 25,
  PKCS11_VERIFY: 26,
  PROC_STARTED: 27,
  PROC_STOPPED: 28,
  PROC_KILLED: 29,
} as const;

export type StatusMajorName = keyof typeof StatusMajor;
export type StatusMinorName = keyof typeof StatusMinor;

/** A StatusChange: as a signal `(u major, u minor, s message)`, as the property `status` the same in one struct. */
export type Status = {
  readonly major: StatusMajorName;
  readonly minor: StatusMinorName;
  readonly message: string;
};

export type WireStatus = [major: number, minor: number, message: string];

/** Major first, as every deployed program sends it; the documentation's property table has them swapped. */
export const formatStatus = ({ major, minor, message }: Status): WireStatus => [
  StatusMajor[major],
  StatusMinor[minor],
  message.toWellFormed(), // what a server says may hold bytes that are no text
];

const nameOf = <T extends string>(names: Readonly<Record<T, number>>, code: number): T | undefined =>
  (Object.keys(names) as T[]).find(name => names[name] === code);

/** `undefined` when a code is none of those known here. */
export function parseStatus([major, minor, message]: WireStatus): Status | undefined {
  const [majorName, minorName] = [nameOf(StatusMajor, major), nameOf(StatusMinor, minor)];
  if (majorName === undefined || minorName === undefined) return undefined;
  return { major: majorName, minor: minorName, message };
}
