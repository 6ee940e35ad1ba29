import type { Address } from '../type-system/address.ts';
import { ConnectionError, EncodeError, standardError } from '../type-system/errors.ts';
import type { Incoming, IncomingCall, IncomingSignal, MethodCall, Signal } from '../type-system/message.ts';
import { isBusName, isInterfaceName, isMemberName, isObjectPath } from '../type-system/names.ts';
import { openWire, type WireLimits } from '../wire/wire.ts';
import { type CallOptions, createPendingCalls, type Reply } from './pending-calls.ts';
import { createRefusals } from './refusals.ts';

export type ConnectionLimits = WireLimits & {
  /** How many bytes may wait for a bus that does not take them. */
  readonly maxQueuedBytes: number;
  /** What happens to a signal above that: it is dropped, or the connection is closed. */
  readonly signalOverflow: 'drop' | 'close';
};

/** One connection: serials, replies to their calls, calls and signals to their listeners, and its bounds. */
export type Connection = {
  readonly address: Address;
  readonly guid: string;
  /** The most memory that one received message may take. */
  readonly maxMessageWeight: number;
  call(call: MethodCall, options?: CallOptions): Promise<Reply>;
  /** A call that nobody answers. */
  send(call: MethodCall): void;
  /** False when the queue is full and the signal was dropped. */
  signal(signal: Signal): boolean;
  /** Waits when the queue is full. Throws an EncodeError when the body does not fit. */
  reply(to: IncomingCall, signature: string, body: readonly unknown[]): void | Promise<void>;
  /** Never throws: a text that does not fit is cut. */
  replyError(to: IncomingCall, errorName: string, text: string): void;
  /** The one who answers calls; until there is one, every call is refused. */
  answerCalls(answer: (call: IncomingCall) => void): void;
  hearSignals(listener: (signal: IncomingSignal) => void): void;
  /** Resolves when the bus has taken what was queued, at once when it takes everything, and when it is gone. */
  drained(): Promise<void>;
  /** Resolves once, when the connection is over. */
  readonly closed: Promise<ConnectionError>;
  /** Sends what is queued; resolves when that is done and the socket is closed. */
  close(): Promise<void>;
};

/** Above this the peers are not read either, so a bus that takes nothing makes nobody's replies pile up here. */
const PAUSE_BYTES = 1024 * 1024;
const LAST_SERIAL = 0xffffffff;

export async function openConnection(address: Address, limits: ConnectionLimits): Promise<Connection> {
  const pending = createPendingCalls();
  const closed = Promise.withResolvers<ConnectionError>();
  const listeners: ((signal: IncomingSignal) => void)[] = [];
  let answer = (call: IncomingCall) => {
    const { errorName, message } = createRefusals('standard').object(call.path);
    connection.replyError(call, errorName, message);
  };
  let draining: PromiseWithResolvers<void> | undefined;
  let over: ConnectionError | undefined;
  let serial = 0;

  const wire = await openWire(address, limits, {
    message(message) {
      dispatch(message);
      if (wire.queuedBytes() > PAUSE_BYTES) wire.pause();
    },
    drained() {
      draining?.resolve();
      draining = undefined;
      wire.resume();
    },
    closed(error) {
      over = error;
      pending.rejectAll(error);
      draining?.resolve();
      closed.resolve(error);
    },
  });

  function dispatch(message: Incoming): void {
    switch (message.type) {
      case 'call':
        answer(message);
        return;
      case 'signal':
        for (const listener of listeners) listener(message);
        return;
      case 'return':
      case 'error':
        pending.settle(message);
        return;
    }
  }

  function nextSerial(): number {
    do serial = serial === LAST_SERIAL ? 1 : serial + 1;
    while (!pending.isFree(serial));
    return serial;
  }

  const isFull = () => wire.queuedBytes() > limits.maxQueuedBytes;

  function sendCall(call: MethodCall, noReply: boolean, noAutoStart: boolean): number {
    if (over) throw over;
    checkNames(call.path, call.interface, call.member, call.destination);
    if (isFull())
      throw standardError('LimitsExceeded', 'the bus takes no more messages; wait for bus.drained()');
    const message = { ...call, type: 'call', serial: nextSerial(), noReply, noAutoStart } as const;
    wire.send(message);
    return message.serial;
  }

  function sendReply(to: IncomingCall, message: ReplyMessage): void {
    if (to.noReply || over) return;
    wire.send({ ...message, serial: nextSerial(), replySerial: to.serial, destination: to.sender });
  }

  const connection: Connection = {
    address,
    guid: wire.guid,
    maxMessageWeight: limits.maxMessageWeight,
    async call(call, options = {}) {
      options.signal?.throwIfAborted();
      const sent = sendCall(call, false, options.noAutoStart ?? false);
      return pending.add(sent, call, options);
    },
    send(call) {
      sendCall(call, true, false);
    },
    signal(signal) {
      if (over) throw over;
      checkNames(signal.path, signal.interface, signal.member, signal.to);
      if (!isFull()) {
        wire.send({ ...signal, type: 'signal', serial: nextSerial() });
        return true;
      }
      if (limits.signalOverflow === 'close') wire.close(overflow(address, limits.maxQueuedBytes));
      return false;
    },
    reply(to, signature, body) {
      if (isFull() && !over) return connection.drained().then(() => connection.reply(to, signature, body));
      sendReply(to, { type: 'return', signature, body });
    },
    replyError(to, errorName, text) {
      const body = [text.slice(0, LONGEST_TEXT).replaceAll('\0', '\ufffd').toWellFormed()];
      sendReply(to, { type: 'error', errorName, signature: 's', body });
    },
    answerCalls(next) {
      answer = next;
    },
    hearSignals(listener) {
      listeners.push(listener);
    },
    async drained() {
      if (!wire.isBlocked() || over) return;
      draining ??= Promise.withResolvers();
      await draining.promise;
    },
    closed: closed.promise,
    close() {
      wire.close();
      return wire.gone;
    },
  };
  return connection;
}

type ReplyMessage =
  | { type: 'return'; signature: string; body: readonly unknown[] }
  | { type: 'error'; errorName: string; signature: string; body: readonly unknown[] };

const LONGEST_TEXT = 64 * 1024;

function overflow({ text }: Address, maxQueuedBytes: number): ConnectionError {
  const problem = `the bus takes no signals, and more than ${maxQueuedBytes} bytes are waiting`;
  return new ConnectionError('overflow', `${text}: ${problem}`);
}

function checkNames(path: string, iface: string, member: string, destination: string | undefined): void {
  if (!isObjectPath(path))
    throw new EncodeError(`'${path}' is no object path; use the form '/com/example/Thing'`);
  if (!isInterfaceName(iface))
    throw new EncodeError(`'${iface}' is no interface name; use the form 'com.example.Thing'`);
  if (!isMemberName(member))
    throw new EncodeError(`'${member}' is no member name; use letters, digits and '_'`);
  if (destination !== undefined && !isBusName(destination)) {
    throw new EncodeError(`'${destination}' is no bus name; use the form 'com.example.Thing' or ':1.42'`);
  }
}
