import type { Message } from 'dbus-native';
import authenticate from 'dbus-native/lib/handshake.js';
import { marshall, unmarshalMessages } from 'dbus-native/lib/message.js';
import type { Address } from '../type-system/address.ts';
import { ConnectionError } from '../type-system/errors.ts';
import type { Incoming, Outgoing } from '../type-system/message.ts';
import { decodeBody, encodeBody } from '../type-system/wire-body.ts';
import { dial } from './dial.ts';
import { guardMessages, LARGEST } from './message-guard.ts';

// The only file that knows dbus-native, and of that only what a connection is made of: authentication, framing,
// marshalling. Its index would load a bus, a broker and an XML parser besides, at every start of every service.

export type Wire = {
  /** The bus's own identifier, for comparing with the `guid` of an address. */
  readonly guid: string;
  /** Bytes that the bus has not taken yet. */
  queuedBytes(): number;
  /** True when the bus takes less than is sent: `drained` will tell when it has taken everything. */
  isBlocked(): boolean;
  /** Throws an EncodeError, and sends nothing, when the body does not fit its signature or is too large. */
  send(message: Outgoing): void;
  /** Stops and starts the messages; the bus keeps them meanwhile. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then closes, for a reason of its own when there is one. Safe to call again. */
  close(reason?: ConnectionError): void;
  /** Resolves when the socket is closed, and what was sent before is with the bus as far as it took it. */
  readonly gone: Promise<void>;
};

export type WireEvents = {
  message(message: Incoming): void;
  /** Everything that was queued has been sent. */
  drained(): void;
  /** Once, whoever ended it. */
  closed(error: ConnectionError): void;
};

export type WireLimits = {
  readonly timeoutMs: number;
  /** The largest message that is sent. */
  readonly maxMessageBytes: number;
  /** The most memory that one received message may take. */
  readonly maxMessageWeight: number;
};

const CODES = { call: 1, return: 2, error: 3, signal: 4 } as const;
const NO_REPLY = 1;
const NO_AUTO_START = 2;
const CLOSING_MS = 1000;

/** Connects, authenticates, and is ready for messages. Rejects with a ConnectionError. */
export async function openWire(address: Address, limits: WireLimits, events: WireEvents): Promise<Wire> {
  const started = performance.now();
  const socket = await dial(address, limits.timeoutMs);
  const { promise: ready, resolve, reject } = Promise.withResolvers<string>();
  let state: 'handshake' | 'open' | 'closed' = 'handshake';

  const end = (error: ConnectionError) => {
    if (state === 'closed') return;
    const was = state;
    state = 'closed';
    if (was === 'open') events.closed(error);
    reject(error);
    socket.destroySoon();
  };
  const fail = (cause: Error) => {
    const reason = state === 'handshake' ? 'authentication' : 'protocol';
    end(
      cause instanceof ConnectionError
        ? cause
        : new ConnectionError(
            'code' in cause && cause.code !== 'EPROTO' ? 'closed' : reason,
            `${address.text}: ${cause.message}`,
            { cause },
          ),
    );
  };

  const deadline = setTimeout(
    () =>
      fail(
        new ConnectionError(
          'timeout',
          `${address.text}: no end of the handshake within ${limits.timeoutMs} ms`,
        ),
      ),
    Math.max(0, limits.timeoutMs - (performance.now() - started)),
  );
  const guard = guardMessages(socket, limits.maxMessageWeight, limits.maxMessageBytes);
  const receive = (message: Message) => {
    if (state !== 'closed') events.message(received(message, guard.weight()));
  };
  /** Nobody knows where the next message begins. */
  const unreadable = (error: Error) => {
    fail(error);
    socket.destroy();
  };
  const shapes = {
    // Pairs instead of objects keep a key named __proto__; wrapped variants keep their signature.
    plainValues: false,
    variants: 'wrap',
    maxMessageSize: LARGEST,
  } as const;
  // ANONYMOUS would let anybody pass who answers there, and cookies are for shared home directories.
  authenticate(socket, { authMethods: ['EXTERNAL'] }, (error, guid) => {
    if (error) return fail(error);
    state = 'open';
    resolve(guid ?? '');
    unmarshalMessages(socket, receive, shapes, unreadable, fail);
  });
  socket.setNoDelay();
  socket.on('drain', () => events.drained());
  socket.on('error', fail);
  const ended = () => fail(new ConnectionError('closed', `${address.text}: the bus ended the connection`));
  socket.on('end', ended);
  socket.on('close', ended);
  const gone = new Promise<void>(resolve => socket.once('close', () => resolve()));

  let corked = false;
  /** What is sent within one turn goes out in one piece. */
  function write(bytes: Uint8Array): void {
    if (!corked) {
      corked = true;
      socket.cork();
      process.nextTick(() => {
        corked = false;
        socket.uncork();
      });
    }
    socket.write(bytes);
  }

  let guid: string;
  try {
    guid = await ready;
  } finally {
    clearTimeout(deadline);
  }
  return {
    guid,
    queuedBytes: () => socket.writableLength,
    isBlocked: () => socket.writableNeedDrain,
    send(message) {
      const encoded = prepared(message);
      if (state === 'open') write(marshall(encoded));
    },
    pause: () => guard.pause(),
    resume: () => guard.resume(),
    close(reason = new ConnectionError('closed', `${address.text}: this program closed the connection`)) {
      end(reason);
      // A bus that is stopped takes nothing, so the rest of the queue may never go.
      setTimeout(() => socket.destroy(), CLOSING_MS).unref();
    },
    gone,
  };
}

function prepared(message: Outgoing): Message {
  const { serial, signature = '', body = [] } = message;
  const encoded = encodeBody(signature, body);
  const common = {
    type: CODES[message.type],
    serial,
    ...(signature === '' ? {} : { signature, body: encoded }),
  };
  switch (message.type) {
    case 'call': {
      const { destination, path, interface: iface, member, noReply, noAutoStart } = message;
      const flags = (noReply ? NO_REPLY : 0) | (noAutoStart ? NO_AUTO_START : 0);
      return { ...common, flags, destination, path, interface: iface, member };
    }
    case 'signal': {
      const { to, path, interface: iface, member } = message;
      return { ...common, path, interface: iface, member, ...destined(to) };
    }
    case 'return':
      return { ...common, replySerial: message.replySerial, ...destined(message.destination) };
    case 'error': {
      const { replySerial, errorName, destination } = message;
      return { ...common, replySerial, errorName, ...destined(destination) };
    }
  }
}

function destined(destination: string | undefined): { destination?: string } {
  return destination === undefined ? {} : { destination };
}

function received(message: Message, weight: number): Incoming {
  const { serial = 0, sender, signature = '', body, replySerial = 0, path = '', member = '' } = message;
  const common = {
    serial,
    sender,
    signature,
    body: signature === '' ? [] : body && decodeBody(signature, body),
    weight,
  };
  switch (message.type) {
    case CODES.call: {
      const noReply = ((message.flags ?? 0) & NO_REPLY) !== 0;
      return { type: 'call', ...common, path, interface: message.interface, member, noReply };
    }
    case CODES.signal:
      return { type: 'signal', ...common, path, interface: message.interface, member };
    case CODES.return:
      return { type: 'return', ...common, replySerial };
    default:
      return { type: 'error', ...common, replySerial, errorName: message.errorName ?? '' };
  }
}
