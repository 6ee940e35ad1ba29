import { getHeapStatistics } from 'node:v8';
import { type Address, parseAddresses } from '../type-system/address.ts';
import { ConnectionError, EncodeError, standardError, TimeoutError } from '../type-system/errors.ts';
import type { MatchRule } from '../type-system/match-rule.ts';
import type { MethodCall, ReceivedSignal, Signal } from '../type-system/message.ts';
import { isWellKnownName } from '../type-system/names.ts';
import { type Connection, type ConnectionLimits, openConnection } from './connection.ts';
import type { CallOptions, Reply } from './pending-calls.ts';
import { createSubscriptions, type Subscription } from './subscriptions.ts';

export type BusOptions = {
  /** `'system'` (the default), `'session'`, or an address list such as `unix:path=/run/dbus/system_bus_socket`. */
  readonly address?: 'system' | 'session' | (string & {});
  /** For each address of the list: connecting, the handshake and Hello together. 5,000 when absent. */
  readonly connectTimeoutMs?: number;
  /** The largest message that is sent; buses disconnect who sends more. 32 MiB when absent, which the system bus takes. */
  readonly maxMessageBytes?: number;
  /**
   * About how much memory one received message may take; a larger one is refused. When absent an eighth of what this
   * process may have, 256 MiB at most. A few MiB are better for a service whose arguments are small: the time that it
   * takes to read a message grows with its weight.
   */
  readonly maxMessageWeight?: number;
  /** How many bytes may wait for a bus that takes nothing: 128 KiB or more, 16 MiB when absent. */
  readonly maxQueuedBytes?: number;
  /** What happens to a signal when that is reached: dropped (the default), or the connection is closed. */
  readonly signalOverflow?: 'drop' | 'close';
  /** Gets what a listener of yours threw. It is printed with console.error when absent. */
  readonly onError?: (error: unknown) => void;
};

export type RequestNameOptions = {
  /** Another program may take the name over. */
  readonly allowReplacement?: boolean;
  /** Takes the name from an owner that allows it. */
  readonly replaceExisting?: boolean;
};

/** A connection to a message bus. */
export type Bus = AsyncDisposable & {
  /** Ours, `:1.42`. */
  readonly uniqueName: string;
  /**
   * Calls any method. Rejects with a DBusError (the service's answer), TimeoutError, ConnectionError, EncodeError, or
   * the reason of the AbortSignal.
   */
  call(call: MethodCall, options?: CallOptions): Promise<Reply>;
  /** Calls without wanting an answer, not even an error. */
  send(call: MethodCall): void;
  /** False when the queue is full and the signal was dropped; wait for `drained()` to lose none. */
  signal(signal: Signal): boolean;
  /** Resolves when the bus has taken what was queued. */
  drained(): Promise<void>;
  /** Becomes the owner of a well-known name. Export the objects first: calls come at once. Rejects when it is taken. */
  requestName(name: string, options?: RequestNameOptions): Promise<void>;
  releaseName(name: string): Promise<void>;
  /**
   * Signals that match. Resolves when the bus has the rule. Name a sender: without one, anybody on the bus can send
   * such a signal to us.
   */
  subscribe(rule: MatchRule, listener: (signal: ReceivedSignal) => void): Promise<Subscription>;
  /** The unique name of a name's owner, now and at each change; `undefined` for none. */
  watchName(name: string, listener: (owner: string | undefined) => void): Promise<Subscription>;
  /** Resolves once, with the reason, when the connection is over. Every pending call rejects with the same error. */
  readonly closed: Promise<ConnectionError>;
  /**
   * Sends what is queued, then closes; when this resolves, the process may end and nothing is lost, unless the bus takes
   * nothing for five seconds.
   */
  close(): Promise<void>;
  /** What the object server builds on. */
  readonly connection: Connection;
};

const BUS = 'org.freedesktop.DBus';
const MIB = 1024 * 1024;
const LARGEST_SENT = 64 * MIB;
/** A bus that answers nothing for so long is stopped. */
const CLOSING_MS = 5000;
/** What a socket buffers anyway. */
const LEAST_QUEUED = 128 * 1024;

/** Connects to a bus, trying the addresses of a list in their order. Rejects with a ConnectionError. */
export async function connect(options: BusOptions = {}): Promise<Bus> {
  const { connectTimeoutMs = 5000, maxMessageBytes = 32 * MIB } = options;
  const { maxMessageWeight = Math.min(256 * MIB, getHeapStatistics().heap_size_limit / 8) } = options;
  const { maxQueuedBytes = 16 * MIB, signalOverflow = 'drop', onError = console.error } = options;
  if (maxMessageBytes > LARGEST_SENT) {
    throw new RangeError(`maxMessageBytes is ${maxMessageBytes}; D-Bus arrays end at ${LARGEST_SENT}`);
  }
  if (maxQueuedBytes < LEAST_QUEUED) throw new RangeError(`maxQueuedBytes is below ${LEAST_QUEUED}`);
  const limits: ConnectionLimits = {
    timeoutMs: connectTimeoutMs,
    maxMessageBytes,
    maxMessageWeight,
    maxQueuedBytes,
    signalOverflow,
  };
  const failures: ConnectionError[] = [];
  for (const address of parseAddresses(addressList(options.address ?? 'system'))) {
    try {
      const { connection, uniqueName } = await enter(address, limits);
      return createBus(connection, uniqueName, onError);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      failures.push(error);
    }
  }
  const [only] = failures;
  if (failures.length === 1 && only) throw only;
  const problems = failures.map(({ message }) => message).join('; ');
  throw new ConnectionError(failures.at(-1)?.reason ?? 'address', `no address works: ${problems}`, {
    cause: new AggregateError(failures),
  });
}

/** A connection with its unique name, which Hello gives. */
async function enter(address: Address, limits: ConnectionLimits) {
  const started = performance.now();
  const connection = await openConnection(address, limits);
  const wanted = address.parameters.get('guid');
  try {
    if (wanted !== undefined && wanted !== connection.guid) {
      throw new ConnectionError('address', `${address.text}: another bus answers there, ${connection.guid}`);
    }
    const timeoutMs = Math.max(1, Math.round(limits.timeoutMs - (performance.now() - started)));
    const uniqueName = String((await callBus(connection, 'Hello', '', [], { timeoutMs })).body[0]);
    return { connection, uniqueName };
  } catch (error) {
    void connection.close();
    if (error instanceof ConnectionError) throw error;
    const reason = error instanceof TimeoutError ? 'timeout' : 'authentication';
    const why = error instanceof Error ? error.message : String(error);
    throw new ConnectionError(reason, `${address.text}: no unique name from the bus: ${why}`, {
      cause: error,
    });
  }
}

function createBus(connection: Connection, uniqueName: string, onError: (error: unknown) => void): Bus {
  const subscriptions = createSubscriptions(connection, onError);
  let closing: Promise<void> | undefined;
  /** A bus that cannot write to a closed socket forgets what it has not read from it: so it answers once more first. */
  const close = () => {
    closing ??= callBus(connection, 'GetId', '', [], { timeoutMs: CLOSING_MS })
      .catch(() => {})
      .then(() => connection.close());
    return closing;
  };
  return {
    ...subscriptions,
    connection,
    uniqueName,
    call: connection.call,
    send: connection.send,
    signal: connection.signal,
    drained: connection.drained,
    closed: connection.closed,
    close,
    [Symbol.asyncDispose]: close,
    async requestName(name, { allowReplacement = false, replaceExisting = false } = {}) {
      checkOwnable(name);
      const [ALLOW_REPLACEMENT, REPLACE_EXISTING, DO_NOT_QUEUE] = [1, 2, 4];
      const flags =
        (allowReplacement ? ALLOW_REPLACEMENT : 0) | (replaceExisting ? REPLACE_EXISTING : 0) | DO_NOT_QUEUE;
      const [answer] = (await callBus(connection, 'RequestName', 'su', [name, flags])).body;
      const [PRIMARY_OWNER, ALREADY_OWNER] = [1, 4];
      if (answer !== PRIMARY_OWNER && answer !== ALREADY_OWNER) {
        throw standardError('Failed', `'${name}' has another owner; stop it, or use replaceExisting`);
      }
    },
    async releaseName(name) {
      checkOwnable(name);
      await callBus(connection, 'ReleaseName', 's', [name]);
    },
  };
}

function callBus(
  connection: Connection,
  member: string,
  signature: string,
  body: readonly unknown[],
  options?: CallOptions,
): Promise<Reply> {
  const path = '/org/freedesktop/DBus';
  return connection.call({ destination: BUS, path, interface: BUS, member, signature, body }, options);
}

function checkOwnable(name: string): void {
  if (!isWellKnownName(name)) {
    throw new EncodeError(`'${name}' cannot be owned; use the form 'com.example.Thing'`);
  }
}

function addressList(address: string): string {
  const { DBUS_SYSTEM_BUS_ADDRESS, DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR } = process.env;
  switch (address) {
    case 'system':
      return DBUS_SYSTEM_BUS_ADDRESS || 'unix:path=/var/run/dbus/system_bus_socket';
    case 'session':
      return DBUS_SESSION_BUS_ADDRESS || `unix:path=${XDG_RUNTIME_DIR ?? '/run/user/0'}/bus`;
    default:
      return address;
  }
}
