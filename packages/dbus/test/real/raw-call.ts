// Messages as bytes, written without the library under test.

const [PATH, INTERFACE, MEMBER, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE] = [1, 2, 3, 5, 6, 7, 8];

/** A method call with one string, or without arguments. */
export function encodeCall(
  destination: string,
  path: string,
  iface: string,
  member: string,
  text?: string,
): Buffer {
  return message(1, text === undefined ? Buffer.alloc(0) : stringBytes(text), [
    field(PATH, 'o', stringBytes(path)),
    field(INTERFACE, 's', stringBytes(iface)),
    field(MEMBER, 's', stringBytes(member)),
    field(DESTINATION, 's', stringBytes(destination)),
    ...(text === undefined ? [] : [oneString]),
  ]);
}

/** A method call with an argument that is an empty array, whatever its elements would be. */
export function encodeEmptyArrayCall(
  destination: string,
  path: string,
  iface: string,
  member: string,
  signature: string,
): Buffer {
  return message(1, Buffer.alloc(signature.startsWith('aa') ? 4 : 8), [
    field(PATH, 'o', stringBytes(path)),
    field(INTERFACE, 's', stringBytes(iface)),
    field(MEMBER, 's', stringBytes(member)),
    field(DESTINATION, 's', stringBytes(destination)),
    field(SIGNATURE, 'g', Buffer.from(`${String.fromCharCode(signature.length)}${signature}\0`)),
  ]);
}

/** A method return with one string, from the bus itself unless somebody else is named. */
export function stringReply(replySerial: number, text: string, sender = 'org.freedesktop.DBus'): Buffer {
  const serial = Buffer.alloc(4);
  serial.writeUInt32LE(replySerial);
  return message(2, stringBytes(text), [
    field(REPLY_SERIAL, 'u', serial),
    field(SENDER, 's', stringBytes(sender)),
    oneString,
  ]);
}

const oneString = field(SIGNATURE, 'g', Buffer.from('\x01s\0'));
const BUS = 'org.freedesktop.DBus';

/** What every connection says first. */
export const hello = encodeCall(BUS, '/org/freedesktop/DBus', BUS, 'Hello');

function message(type: number, body: Buffer, fields: readonly Buffer[]): Buffer {
  const array = joinAligned(fields);
  const header = Buffer.alloc(16);
  header.set([0x6c, type, 0, 1]);
  header.writeUInt32LE(body.length, 4);
  header.writeUInt32LE(1, 8);
  header.writeUInt32LE(array.length, 12);
  return joinAligned([header, array, body]);
}

function field(code: number, type: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([code, 1, type.charCodeAt(0), 0]), value]);
}

function stringBytes(text: string): Buffer {
  const bytes = Buffer.alloc(4 + text.length + 1);
  bytes.writeUInt32LE(text.length);
  bytes.write(text, 4, 'latin1');
  return bytes;
}

/** Each piece begins on a multiple of eight. */
function joinAligned(pieces: readonly Buffer[]): Buffer {
  return pieces.reduce((all, piece) => Buffer.concat([all, Buffer.alloc(-all.length & 7), piece]));
}
