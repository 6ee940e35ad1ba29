import { StatusMajor, StatusMinor, type WireStatus } from '../../contract/status.ts';

const endings: ReadonlySet<number> = new Set([
  StatusMinor.CFG_ERROR,
  StatusMinor.CONN_FAILED,
  StatusMinor.CONN_DONE,
  StatusMinor.PROC_KILLED,
]);

/** The backend's status ends its session. */
export const endsSession = ([major, minor]: WireStatus): boolean =>
  major === StatusMajor.CONNECTION && endings.has(minor);

/** The backend has disconnected, and leaves. */
export const isDone = ([major, minor]: WireStatus): boolean =>
  major === StatusMajor.CONNECTION && minor === StatusMinor.CONN_DONE;

export const isConnected = ([major, minor]: WireStatus): boolean =>
  major === StatusMajor.CONNECTION && minor === StatusMinor.CONN_CONNECTED;

/** There is no tunnel that would be lost with the backend. */
export const neverConnected = ([major, minor]: WireStatus): boolean =>
  major === StatusMajor.CONNECTION &&
  (minor === StatusMinor.CFG_OK || minor === StatusMinor.CFG_REQUIRE_USER);
