import {
  constants,
  createHash,
  createPrivateKey,
  type KeyObject,
  privateEncrypt,
  randomBytes,
} from 'node:crypto';
import { signDigest } from './ecdsa.ts';
import { EncodeError } from './errors.ts';
import type { Notification } from './protocol/notification.ts';

/** A question for a signature, as the events PK_SIGN and RSA_SIGN are. */
export type SignRequest = Extract<Notification, { type: 'PK_SIGN' | 'RSA_SIGN' }>;

/**
 * A function that answers `>PK_SIGN` and `>RSA_SIGN` with this private key (PEM text or a KeyObject): the signature in
 * base64, for `pkSig` or `rsaSig`.
 *
 * RSA with PKCS#1 or PSS padding or none, and ECDSA. TLS 1.3 needs PSS, so `management-external-key … pss` in the
 * profile and `announceVersion(3)`. Throws EncodeError for an algorithm that it does not know or that does not fit
 * the key.
 */
export function signer(privateKey: string | KeyObject): (request: SignRequest) => string {
  const key = typeof privateKey === 'string' ? createPrivateKey(privateKey) : privateKey;
  return request => sign(key, request).toString('base64');
}

function sign(key: KeyObject, request: SignRequest): Buffer {
  const data = Buffer.from(request.data, 'base64');
  const asked = request.type === 'PK_SIGN' ? request.algorithm : 'RSA_PKCS1_PADDING';
  // Clients that announced version 2 are not told the algorithm: it follows from the key.
  const [algorithm = '', ...parameters] = (asked ?? defaultFor(key)).split(',');
  if ((key.asymmetricKeyType === 'ec') !== (algorithm === 'ECDSA')) {
    throw new EncodeError('algorithm', `${algorithm} does not fit a key of type ${key.asymmetricKeyType}`);
  }
  switch (algorithm) {
    case 'RSA_PKCS1_PADDING':
      return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, data);
    case 'RSA_NO_PADDING':
      return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, data);
    case 'RSA_PKCS1_PSS_PADDING':
      return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, pssEncode(key, data, parameters));
    case 'ECDSA':
      return signDigest(key, data);
    default:
      throw new EncodeError('algorithm', `${algorithm} is not known`);
  }
}

function defaultFor(key: KeyObject): string {
  return key.asymmetricKeyType === 'ec' ? 'ECDSA' : 'RSA_PKCS1_PADDING';
}

/** EMSA-PSS (RFC 8017, 9.1.1) of a digest. node:crypto pads only what it has hashed itself. */
function pssEncode(key: KeyObject, digest: Buffer, parameters: readonly string[]): Buffer {
  const parameter = (name: string) =>
    parameters.find(text => text.startsWith(`${name}=`))?.slice(name.length + 1);
  const hash = parameter('hashalg') ?? '';
  if (createHash(hash).digest().length !== digest.length) {
    throw new EncodeError('data', `has ${digest.length} bytes, which is no ${hash} digest`);
  }
  const bits = (key.asymmetricKeyDetails?.modulusLength ?? 0) - 1;
  const length = Math.ceil(bits / 8);
  const saltLength = parameter('saltlen') === 'max' ? length - digest.length - 2 : digest.length;
  if (length < digest.length + saltLength + 2)
    throw new EncodeError('key', `is too short for PSS with ${hash}`);
  const salt = randomBytes(saltLength);
  const seed = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
  const block = Buffer.concat([Buffer.alloc(length - digest.length - saltLength - 2), Buffer.of(1), salt]);
  const mask = generateMask(hash, seed, block.length);
  const masked = block.map((byte, index) => byte ^ (mask[index] ?? 0));
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * length - bits));
  const encoded = Buffer.concat([masked, seed, Buffer.of(0xbc)]);
  // A modulus of 8n + 1 bits leaves the encoding one byte shorter than the block that RSA takes.
  const modulusBytes = Math.ceil((bits + 1) / 8);
  return Buffer.concat([Buffer.alloc(modulusBytes - encoded.length), encoded]);
}

/** MGF1 (RFC 8017, B.2.1). */
function generateMask(hash: string, seed: Buffer, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let counter = 0, made = 0; made < length; counter++) {
    const index = Buffer.alloc(4);
    index.writeUInt32BE(counter);
    const part = createHash(hash).update(seed).update(index).digest();
    parts.push(part);
    made += part.length;
  }
  return Buffer.concat(parts).subarray(0, length);
}
