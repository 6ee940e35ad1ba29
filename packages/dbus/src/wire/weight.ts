import { parseSignature, parseSingleType, type Type } from '../type-system/signature.ts';

// How much memory a body takes once it is decoded. Four bytes on the wire can become 200 in memory (a struct, an empty
// array), so the size of a message says little: 32 MiB of them would end the process.

const NUMBER = 16;
const REFERENCE = 12;
const BIGINT = 32;
const STRING = 32;
const BYTES = 200;
const ARRAY = 190;
const STRUCT = 190;
const VARIANT = 160;

type Cursor = {
  readonly bytes: Buffer;
  readonly littleEndian: boolean;
  at: number;
  weight: number;
  readonly limit: number;
};

/**
 * The estimate in bytes of memory, infinite for a type that is none. It stops counting above `limit`; it throws a
 * RangeError when the bytes end early.
 */
export function weighBody(signature: string, bytes: Buffer, littleEndian: boolean, limit: number): number {
  const cursor: Cursor = { bytes, littleEndian, at: 0, weight: 0, limit };
  const types = parseSignature(signature);
  if (!types) return Infinity;
  for (const type of types) walk(cursor, type);
  return cursor.weight;
}

/**
 * The header fields, which begin on the 16th byte of a message: their weight, infinite when they cannot be read, and
 * the signature of the body, '' when there is none. Peers can put fields there that nobody knows.
 */
export function weighFields(
  fields: Buffer,
  littleEndian: boolean,
  limit: number,
): { readonly weight: number; readonly signature: string } {
  const cursor: Cursor = { bytes: fields, littleEndian, at: 0, weight: 0, limit };
  const SIGNATURE = 8;
  let signature = '';
  // The last field is followed by nothing but its padding.
  for (align(cursor, 8); cursor.at < fields.length && cursor.weight <= limit; align(cursor, 8)) {
    const code = fields.readUInt8(cursor.at);
    cursor.at += 1;
    cursor.weight += STRUCT + VARIANT;
    const type = parseSingleType(readSignature(cursor));
    if (!type) return { weight: Infinity, signature };
    if (code === SIGNATURE && type.code === 'g') signature = readSignature(cursor);
    else walk(cursor, type);
  }
  return { weight: cursor.weight, signature };
}

function walk(cursor: Cursor, type: Type): void {
  if (cursor.weight > cursor.limit) return;
  switch (type.kind) {
    case 'basic':
      walkBasic(cursor, type.code);
      return;
    case 'bytes': {
      const length = readLength(cursor);
      cursor.at += length;
      cursor.weight += BYTES + length;
      return;
    }
    case 'variant': {
      const inner = parseSingleType(readSignature(cursor));
      cursor.weight += inner ? VARIANT : Infinity;
      if (!inner) return;
      walk(cursor, inner);
      return;
    }
    case 'array':
      walkElements(cursor, boundary(type.element), [type.element], 0);
      return;
    case 'dict':
      walkElements(cursor, 8, [type.key, type.value], STRUCT + 2 * REFERENCE);
      return;
    case 'struct':
      align(cursor, 8);
      cursor.weight += STRUCT + type.fields.length * REFERENCE;
      for (const field of type.fields) walk(cursor, field);
      return;
  }
}

function walkElements(cursor: Cursor, padding: number, types: readonly Type[], extra: number): void {
  const length = readLength(cursor);
  align(cursor, padding);
  cursor.weight += ARRAY;
  const end = cursor.at + length;
  while (cursor.at < end && cursor.weight <= cursor.limit) {
    if (padding === 8) align(cursor, 8);
    cursor.weight += REFERENCE + extra;
    for (const type of types) walk(cursor, type);
  }
}

function walkBasic(cursor: Cursor, code: string): void {
  switch (code) {
    case 's':
    case 'o': {
      const length = readLength(cursor);
      cursor.at += length + 1;
      cursor.weight += STRING + length;
      return;
    }
    case 'g':
      cursor.weight += STRING + readSignature(cursor).length;
      return;
    default: {
      const size = boundaryOf(code);
      align(cursor, size);
      cursor.at += size;
      cursor.weight += code === 'x' || code === 't' ? BIGINT : NUMBER;
    }
  }
}

function boundary(type: Type): number {
  switch (type.kind) {
    case 'struct':
      return 8;
    case 'variant':
      return 1;
    case 'basic':
      return boundaryOf(type.code);
    case 'array':
    case 'dict':
    case 'bytes':
      return 4;
  }
}

function boundaryOf(code: string): number {
  if (code === 'y' || code === 'g') return 1;
  if (code === 'n' || code === 'q') return 2;
  return code === 'x' || code === 't' || code === 'd' ? 8 : 4;
}

function align(cursor: Cursor, to: number): void {
  cursor.at = Math.ceil(cursor.at / to) * to;
}

function readLength(cursor: Cursor): number {
  align(cursor, 4);
  const { bytes, at, littleEndian } = cursor;
  cursor.at += 4;
  return littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

function readSignature(cursor: Cursor): string {
  const length = cursor.bytes.readUInt8(cursor.at);
  const start = cursor.at + 1;
  cursor.at = start + length + 1;
  return cursor.bytes.toString('latin1', start, start + length);
}
