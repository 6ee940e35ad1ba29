import { createECDH, type KeyObject, randomBytes } from 'node:crypto';
import { EncodeError } from '../errors.ts';

/** The order of each curve's group (SEC 2), and the names that node:crypto has for it. */
const curves: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1:
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  secp521r1:
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};

/**
 * ECDSA over a digest that was made elsewhere, in DER form. node:crypto signs only what it hashes itself, so the last
 * step is here: s = (z + r·d) / k. The point k·G comes from OpenSSL, and the arithmetic on secrets is blinded by a
 * random factor, so that its time says nothing of them.
 */
export function signDigest(key: KeyObject, digest: Uint8Array): Buffer {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const order = curves[curve];
  if (order === undefined)
    throw new EncodeError('key', `is on the curve ${curve || 'unknown'}, which is not supported`);
  const d = toNumber(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'));
  const bits = order.toString(2).length;
  const excess = BigInt(Math.max(0, digest.length * 8 - bits));
  const z = toNumber(digest) >> excess;
  for (;;) {
    const k = randomBelow(order, bits);
    const blind = randomBelow(order, bits);
    const r = abscissa(curve, k, bits) % order;
    const s =
      (((blind * z + ((blind * d) % order) * r) % order) * invert((blind * k) % order, order)) % order;
    if (r !== 0n && s !== 0n) return sequence([derInteger(r), derInteger(s)]);
  }
}

/** Uniform in 1 … order-1. */
function randomBelow(order: bigint, bits: number): bigint {
  const length = Math.ceil(bits / 8);
  for (;;) {
    const number = toNumber(randomBytes(length)) >> BigInt(length * 8 - bits);
    if (number > 0n && number < order) return number;
  }
}

/** The x of k·G. */
function abscissa(curve: string, k: bigint, bits: number): bigint {
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(toBytes(k, Math.ceil(bits / 8)));
  const point = ecdh.getPublicKey();
  return toNumber(point.subarray(1, (point.length + 1) / 2));
}

/** The inverse modulo a prime, by the extended Euclidean algorithm. Its argument is blinded. */
function invert(number: bigint, modulus: bigint): bigint {
  let [r, nextR, t, nextT] = [modulus, number, 0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR] = [nextR, r - quotient * nextR];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  return t < 0n ? t + modulus : t;
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

function toBytes(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex');
}

function derInteger(number: bigint): Buffer {
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, positive.length), positive]);
}

function sequence(parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 0x80 ? Buffer.of(body.length) : Buffer.of(0x81, body.length);
  return Buffer.concat([Buffer.of(0x30), length, body]);
}
