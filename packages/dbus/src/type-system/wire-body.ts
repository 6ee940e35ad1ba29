import { EncodeError } from './errors.ts';
import { isObjectPath } from './names.ts';
import { type BasicCode, parseSignature, parseSingleType, type Type } from './signature.ts';
import { Variant } from './value.ts';

// Our values to the shapes of dbus-native and back. What is sent is checked here, exactly, because its codec also
// takes what only looks right: a string for an `as`, 1 for `true`, '7' for a 64-bit integer.

const DEEPEST = 64;

/** The body for a signature, ready for the codec. Throws an EncodeError that says which value is wrong and why. */
export function encodeBody(signature: string, values: readonly unknown[]): unknown[] {
  const types = parseSignature(signature);
  if (!types) throw new EncodeError(`'${signature}' is no D-Bus signature`);
  if (types.length !== values.length) {
    throw new EncodeError(`'${signature}' wants ${types.length} values and there are ${values.length}`);
  }
  return types.map((type, index) => encode(type, values[index], `value ${index + 1}`, 0));
}

/**
 * What the codec read, as our values. `undefined` when they are nested deeper than the specification allows, which
 * dbus-daemon lets through: then the message is refused, and the connection goes on.
 */
export function decodeBody(signature: string, values: unknown[]): unknown[] | undefined {
  if (isPlain(signature)) return values;
  const types = parseSignature(signature);
  if (types?.length !== values.length) return undefined;
  try {
    return types.map((type, index) => decode(type, values[index]));
  } catch (error) {
    if (error instanceof UnknownTypeError) return undefined;
    throw error;
  }
}

class UnknownTypeError extends Error {
  override readonly name = 'UnknownTypeError';
}

function encode(type: Type, value: unknown, where: string, depth: number): unknown {
  if (depth > DEEPEST) throw new EncodeError(`${where} is nested deeper than ${DEEPEST} containers`);
  switch (type.kind) {
    case 'basic':
      if (!isBasicValue(type.code, value)) throw wrong(type, value, where);
      return value;
    case 'bytes':
      if (!(value instanceof Uint8Array)) throw wrong(type, value, where);
      return value;
    case 'variant': {
      if (!(value instanceof Variant)) throw wrong(type, value, where);
      const inner = parseSingleType(value.signature);
      if (!inner)
        throw new EncodeError(`${where} is a Variant of '${value.signature}', which is no one type`);
      return [value.signature, encode(inner, value.value, where, depth + 1)];
    }
    case 'array':
      if (!Array.isArray(value)) throw wrong(type, value, where);
      return encodeArray(type.element, value, where, depth + 1);
    case 'dict':
      if (!(value instanceof Map)) throw wrong(type, value, where);
      return Array.from(value as Map<unknown, unknown>, ([key, held]) => [
        encode(type.key, key, `a key of ${where}`, depth + 2),
        encode(type.value, held, where, depth + 2),
      ]);
    case 'struct':
      if (!Array.isArray(value) || value.length !== type.fields.length) throw wrong(type, value, where);
      return type.fields.map((field, index) => encode(field, value[index], where, depth + 1));
  }
}

/** An array of numbers or strings is not copied: its elements are only looked at. */
function encodeArray(element: Type, values: unknown[], where: string, depth: number): unknown[] {
  if (element.kind !== 'basic') return Array.from(values, value => encode(element, value, where, depth));
  for (const value of values) if (!isBasicValue(element.code, value)) throw wrong(element, value, where);
  return values;
}

function isBasicValue(code: BasicCode, value: unknown): boolean {
  switch (code) {
    case 'y':
      return isInteger(value, 0, 0xff);
    case 'n':
      return isInteger(value, -0x8000, 0x7fff);
    case 'q':
      return isInteger(value, 0, 0xffff);
    case 'i':
      return isInteger(value, -0x80000000, 0x7fffffff);
    case 'u':
      return isInteger(value, 0, 0xffffffff);
    case 'x':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
    case 't':
      return typeof value === 'bigint' && BigInt.asUintN(64, value) === value;
    case 'b':
      return typeof value === 'boolean';
    case 'd':
      // D-Bus has NaN and the infinities; the codec refuses to write them.
      return typeof value === 'number' && Number.isFinite(value);
    case 's':
      return typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
    case 'o':
      return typeof value === 'string' && isObjectPath(value);
    case 'g':
      return typeof value === 'string' && parseSignature(value) !== undefined;
    case 'h':
      return false;
  }
}

function isInteger(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function wrong(type: Type, value: unknown, where: string): EncodeError {
  const what = typeof value === 'object' ? (value?.constructor?.name ?? 'null') : typeof value;
  const shown = typeof value === 'number' || typeof value === 'bigint' ? `${value}` : `a ${what}`;
  return new EncodeError(`${where} is ${shown} where '${type.code}' belongs`);
}

/** Without variants and dicts both sides have the same shape. */
function isPlain(signature: string): boolean {
  return !signature.includes('v') && !signature.includes('{');
}

function decode(type: Type, value: unknown): unknown {
  if (isPlain(type.code)) return value;
  switch (type.kind) {
    case 'variant': {
      const { signature, value: held } = value as { signature: string; value: unknown };
      const inner = parseSingleType(signature);
      if (!inner) throw new UnknownTypeError(`'${signature}' is no type of a variant`);
      return new Variant(signature, decode(inner, held));
    }
    case 'array':
      return (value as unknown[]).map(each => decode(type.element, each));
    case 'dict':
      return new Map(
        (value as [unknown, unknown][]).map(([key, held]) => [key, decode(type.value, held)] as const),
      );
    case 'struct':
      return type.fields.map((field, index) => decode(field, (value as unknown[])[index]));
    case 'basic':
    case 'bytes':
      return value;
  }
}
