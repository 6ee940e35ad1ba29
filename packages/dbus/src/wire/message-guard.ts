import type { Socket } from 'node:net';
import { EncodeError } from '../type-system/errors.ts';
import { weighBody, weighFields } from './weight.ts';

/** Stands between the codec and its socket, message by message, once the handshake is over. */
export type MessageGuard = {
  /** About how many bytes of memory the message takes that the codec read last. */
  weight(): number;
  /** Lets the codec read nothing more, so that the bus keeps what it has for us. */
  pause(): void;
  resume(): void;
};

/** What is smaller is not worth weighing: it is taken for this many times its size. */
const LIGHT = 16 * 1024;
const WORST_RATIO = 16;
const HEADER = 16;
/** The specification's limit of one message. */
export const LARGEST = 128 * 1024 * 1024;

/**
 * Takes over `read` and `write` of a socket.
 *
 * A message that would weigh more than `maxWeight` in memory is handed on without its body, because one message must
 * not end the process and closing the connection would let any peer do that. A message of more than `maxBytes` is
 * not written, because the bus would disconnect us for it.
 */
export function guardMessages(socket: Socket, maxWeight: number, maxBytes: number): MessageGuard {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket);
  let paused = false;
  let weight = 0;
  /** A header whose message has not come completely yet. */
  let header: Buffer | undefined;
  /** What the codec gets at its next read. */
  let rest: Buffer | undefined;

  socket.read = size => {
    if (!size) return read(size);
    if (rest) {
      const piece = rest;
      rest = undefined;
      return piece;
    }
    if (size !== HEADER || expected > 0) return take(size);
    if (paused) return null;
    header ??= read(HEADER) ?? undefined;
    if (!header) return null;
    const { fieldsBytes, bodyBytes } = lengths(header);
    const bytes = fieldsBytes + bodyBytes;
    // The codec refuses what is no message: a wrong byte order or a size above the specification's.
    if (bytes <= LIGHT || bytes > LARGEST || !isByteOrder(header)) {
      weight = bytes * WORST_RATIO;
      expected = bytes;
      return release();
    }
    const message = read(bytes) as Buffer | null;
    if (!message) return null;
    const little = isLittleEndian(header);
    const fields = weighFields(message.subarray(0, fieldsBytes), little, maxWeight);
    if (fields.weight > maxWeight) {
      // No honest program writes such a header, so nobody gets an answer.
      header = undefined;
      return socket.read(size);
    }
    weight = fields.weight + weighBody(fields.signature, message.subarray(fieldsBytes), little, maxWeight);
    rest = message;
    if (weight > maxWeight) {
      weight = fields.weight;
      rest = message.subarray(0, fieldsBytes);
      header.fill(0, 4, 8);
    }
    return release();
  };

  /** How much of a light message the codec has still to read. */
  let expected = 0;
  function take(size: number): Buffer | null {
    const piece = read(size) as Buffer | null;
    if (piece) expected = 0;
    return piece;
  }

  function release(): Buffer | null {
    const released = header ?? null;
    header = undefined;
    return released;
  }

  socket.write = ((chunk: Uint8Array) => {
    if (chunk.length > maxBytes) {
      throw new EncodeError(
        `a message of ${chunk.length} bytes is larger than the ${maxBytes} that may be sent; send it in parts`,
      );
    }
    return write(chunk);
  }) as Socket['write'];

  return {
    weight: () => weight,
    pause() {
      paused = true;
    },
    resume() {
      if (!paused) return;
      paused = false;
      process.nextTick(() => socket.emit('readable'));
    },
  };
}

function lengths(header: Buffer): { fieldsBytes: number; bodyBytes: number } {
  const little = isLittleEndian(header);
  const fields = little ? header.readUInt32LE(12) : header.readUInt32BE(12);
  return {
    fieldsBytes: Math.ceil(fields / 8) * 8,
    bodyBytes: little ? header.readUInt32LE(4) : header.readUInt32BE(4),
  };
}

function isByteOrder(header: Buffer): boolean {
  return isLittleEndian(header) || header[0] === 'B'.charCodeAt(0);
}

function isLittleEndian(header: Buffer): boolean {
  return header[0] === 'l'.charCodeAt(0);
}
