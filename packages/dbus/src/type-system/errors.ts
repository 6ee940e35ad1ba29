import { isInterfaceName } from './names.ts';

/**
 * A D-Bus error reply. A proxy rejects with it; a handler that throws one sends exactly its name and message.
 * Anything else that a handler throws reaches the peer as `org.freedesktop.DBus.Error.Failed` without its text.
 */
export class DBusError extends Error {
  override readonly name = 'DBusError';
  /** `org.freedesktop.DBus.Error.InvalidArgs`, or a name of your own of the same form. */
  readonly errorName: string;

  /** Throws a TypeError when `errorName` is no valid D-Bus error name. */
  constructor(errorName: string, message: string, options?: ErrorOptions) {
    super(message, options);
    if (!isInterfaceName(errorName)) {
      throw new TypeError(`'${errorName}' is no D-Bus error name; use the form 'com.example.Error.Busy'`);
    }
    this.errorName = errorName;
  }
}

/** The errors below `org.freedesktop.DBus.Error` that this package sends or looks at. */
export type StandardErrorName =
  | 'AccessDenied'
  | 'Failed'
  | 'InvalidArgs'
  | 'LimitsExceeded'
  | 'NameHasNoOwner'
  | 'PropertyReadOnly'
  | 'ServiceUnknown'
  | 'UnknownInterface'
  | 'UnknownMethod'
  | 'UnknownObject'
  | 'UnknownProperty';

/** A DBusError below `org.freedesktop.DBus.Error`. */
export function standardError(name: StandardErrorName, message: string): DBusError {
  return new DBusError(`org.freedesktop.DBus.Error.${name}`, message);
}

/** Refused before sending: a name or a value that D-Bus does not allow there. Nothing went to the bus. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
}

/** No reply in time. The call may still have been carried out. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly timeoutMs: number;

  constructor(call: string, timeoutMs: number) {
    super(`${call} was not answered within ${timeoutMs} ms; try again or allow more time with timeoutMs`);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * Why there is no connection to the bus.
 *
 * - `address`: the address cannot be read, or names no transport that works here
 * - `unreachable`: nobody listens there, or this user may not open the socket
 * - `timeout`: no connection, no end of the handshake or no answer to Hello in time
 * - `authentication`: the bus does not let this user in
 * - `protocol`: what the other end sends is not D-Bus
 * - `overflow`: the bus took no more signals, and the options say that none may be dropped
 * - `closed`: the bus or this program ended the connection
 */
export type ConnectionErrorReason =
  | 'address'
  | 'unreachable'
  | 'timeout'
  | 'authentication'
  | 'protocol'
  | 'overflow'
  | 'closed';

/** There is no connection to the bus, or it is over. Connect again; a new connection has a new unique name. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly reason: ConnectionErrorReason;

  constructor(reason: ConnectionErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
