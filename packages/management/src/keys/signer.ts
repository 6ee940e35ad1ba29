import {
  constants,
  createHash,
  createPrivateKey,
  type KeyObject,
  privateEncrypt,
  randomBytes,
} from 'node:crypto';
import { EncodeError } from '../errors.ts';
import type { Notification } from '../protocol/notification.ts';
import { signDigest } from './ecdsa.ts';

/** A question for a signature, as the events PK_SIGN and RSA_SIGN are. */
export type SignRequest = Extract<Notification, { type: 'PK_SIGN' | 'RSA_SIGN' }>;

/**
 * A function that answers `>PK_SIGN` and `>RSA_SIGN` with this private key (PEM text or a KeyObject): the signature in
 * base64, for `pkSig` or `rsaSig`.
 *
 * RSA with PKCS#1 or PSS padding or none, and ECDSA. TLS 1.3 needs PSS, so `management-external-key … pss` in the
 * profile. The daemon names the algorithm after `announceVersion(3)`; before, the form of the data tells it. Throws
 * EncodeError for an algorithm that it does not know or that does not fit the key.
 */
export function signer(privateKey: string | KeyObject): (request: SignRequest) => string {
  const key = typeof privateKey === 'string' ? createPrivateKey(privateKey) : privateKey;
  return request => sign(key, request).toString('base64');
}

function sign(key: KeyObject, request: SignRequest): Buffer {
  const data = Buffer.from(request.data, 'base64');
  const asked = request.type === 'PK_SIGN' ? request.algorithm : undefined;
  const [algorithm = '', ...parameters] = (asked ?? guess(key, data)).split(',');
  if (key.asymmetricKeyType !== (algorithm === 'ECDSA' ? 'ec' : 'rsa')) {
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

/** By the length of the digest, in bytes. */
const hashes: ReadonlyMap<number, string> = new Map([
  [20, 'SHA1'],
  [28, 'SHA224'],
  [32, 'SHA256'],
  [48, 'SHA384'],
  [64, 'SHA512'],
]);

/**
 * The algorithm for a client that announced version 1 or 2, and so is not told. For PKCS#1 the daemon sends a digest
 * in its ASN.1 frame, or the 36 bytes of TLS 1.1; a bare digest is to be signed with PSS.
 */
function guess(key: KeyObject, data: Uint8Array): string {
  if (key.asymmetricKeyType === 'ec') return 'ECDSA';
  const hash = hashes.get(data.length);
  return hash === undefined ? 'RSA_PKCS1_PADDING' : `RSA_PKCS1_PSS_PADDING,hashalg=${hash},saltlen=digest`;
}

/** EMSA-PSS (RFC 8017, 9.1.1) of a digest. node:crypto pads only what it has hashed itself. */
function pssEncode(key: KeyObject, digest: Buffer, parameters: readonly string[]): Buffer {
  const parameter = (name: string) =>
    parameters.find(text => text.startsWith(`${name}=`))?.slice(name.length + 1);
  const [hash = '', salts = ''] = [parameter('hashalg'), parameter('saltlen')];
  if (salts !== 'digest' && salts !== 'max')
    throw new EncodeError('algorithm', `has the unknown salt length '${salts}'`);
  if (hashLength(hash) !== digest.length) {
    throw new EncodeError('data', `has ${digest.length} bytes, which is no ${hash} digest`);
  }
  const bits = (key.asymmetricKeyDetails?.modulusLength ?? 0) - 1;
  const length = Math.ceil(bits / 8);
  const saltLength = salts === 'max' ? length - digest.length - 2 : digest.length;
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

function hashLength(hash: string): number {
  try {
    return createHash(hash).digest().length;
  } catch {
    throw new EncodeError('algorithm', `has the unknown digest '${hash}'`);
  }
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
