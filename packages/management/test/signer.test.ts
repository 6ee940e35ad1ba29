import assert from 'node:assert/strict';
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  publicDecrypt,
  randomBytes,
  verify,
} from 'node:crypto';
import { describe, it } from 'node:test';
import { EncodeError, type SignRequest, signer } from '../src/index.ts';
import { parseNotification } from '../src/protocol/notification.ts';
import { recordedLines } from './recordings.ts';

const rsa = (modulusLength: number): KeyObject => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey;
const key2048 = rsa(2048);
const p256 = ec('P-256');

const message = randomBytes(100);
const digestOf = (hash: string): Buffer => createHash(hash).update(message).digest();
const request = (data: Uint8Array, algorithm?: string): SignRequest => ({
  type: 'PK_SIGN',
  data: Buffer.from(data).toString('base64'),
  algorithm,
});

/** The digest in the ASN.1 frame that PKCS#1 signatures hold (RFC 8017, 9.2). */
const framed = Buffer.concat([
  Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  digestOf('sha256'),
]);

const sign = (key: KeyObject, data: Uint8Array, algorithm?: string): Buffer =>
  Buffer.from(signer(key)(request(data, algorithm)), 'base64');

const isValid = (key: KeyObject, hash: string, signature: Uint8Array, options: object = {}): boolean =>
  verify(hash, message, { key: createPublicKey(key), ...options }, signature);

const pss = (saltLength: number) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

describe('a signature with an RSA key', () => {
  it('is valid with PKCS#1 padding', () => {
    assert.ok(isValid(key2048, 'sha256', sign(key2048, framed, 'RSA_PKCS1_PADDING')));
  });

  it('is valid with PSS padding, for each digest and both lengths of salt', () => {
    for (const [hash, length] of [
      ['SHA256', 32],
      ['SHA384', 48],
      ['SHA512', 64],
      ['SHA1', 20],
    ] as const) {
      const algorithm = `RSA_PKCS1_PSS_PADDING,hashalg=${hash},saltlen=`;
      const digest = sign(key2048, digestOf(hash), `${algorithm}digest`);
      assert.ok(isValid(key2048, hash, digest, pss(length)));
      const max = sign(key2048, digestOf(hash), `${algorithm}max`);
      assert.ok(isValid(key2048, hash, max, pss(256 - length - 2)));
      assert.ok(isValid(key2048, hash, max, pss(constants.RSA_PSS_SALTLEN_AUTO)));
    }
  });

  it('is valid with PSS padding when the modulus is a bit longer than whole bytes', () => {
    for (const bits of [1025, 2047, 2050]) {
      const key = rsa(bits);
      assert.equal(key.asymmetricKeyDetails?.modulusLength, bits);
      for (const salt of ['digest', 'max']) {
        const signature = sign(
          key,
          digestOf('SHA256'),
          `RSA_PKCS1_PSS_PADDING,hashalg=SHA256,saltlen=${salt}`,
        );
        assert.equal(signature.length, Math.ceil(bits / 8));
        assert.ok(isValid(key, 'SHA256', signature, pss(constants.RSA_PSS_SALTLEN_AUTO)), `${bits} ${salt}`);
      }
    }
  });

  it('is the bare operation without padding', () => {
    const data = Buffer.concat([Buffer.of(0), randomBytes(255)]);
    const signature = sign(key2048, data, 'RSA_NO_PADDING');
    const padding = constants.RSA_NO_PADDING;
    assert.deepEqual(publicDecrypt({ key: createPublicKey(key2048), padding }, signature), data);
  });

  it('follows the form of the data when the daemon names no algorithm', () => {
    assert.ok(isValid(key2048, 'sha256', sign(key2048, framed)));
    assert.ok(isValid(key2048, 'sha256', sign(key2048, digestOf('sha256')), pss(32)));
    const old: SignRequest = { type: 'RSA_SIGN', data: framed.toString('base64') };
    assert.ok(isValid(key2048, 'sha256', Buffer.from(signer(key2048)(old), 'base64')));
  });

  it('comes from PEM text as well', () => {
    const pem = key2048.export({ type: 'pkcs8', format: 'pem' }).toString();
    const signature = Buffer.from(signer(pem)(request(framed, 'RSA_PKCS1_PADDING')), 'base64');
    assert.ok(isValid(createPrivateKey(pem), 'sha256', signature));
  });
});

describe('a signature with an EC key', () => {
  it('is valid on every curve, for digests shorter and longer than its order', () => {
    for (const [curve, hashes] of [
      ['P-256', ['sha256', 'sha512', 'sha1']],
      ['P-384', ['sha384', 'sha256', 'sha512']],
      ['P-521', ['sha512', 'sha256']],
    ] as const) {
      const key = ec(curve);
      for (const hash of hashes) {
        for (let tries = 0; tries < 8; tries++)
          assert.ok(isValid(key, hash, sign(key, digestOf(hash), 'ECDSA')), `${curve} ${hash}`);
      }
    }
  });

  it('is never the same twice', () => {
    const signatures = Array.from({ length: 4 }, () =>
      sign(p256, digestOf('sha256'), 'ECDSA').toString('hex'),
    );
    assert.equal(new Set(signatures).size, 4);
  });

  it('is made when the daemon names no algorithm', () => {
    assert.ok(isValid(p256, 'sha256', sign(p256, digestOf('sha256'))));
  });
});

describe('the recorded questions', () => {
  it('are answered with valid signatures of their digests', () => {
    const questions = [...recordedLines('>PK_SIGN:'), ...recordedLines('>RSA_SIGN:')].map(parseNotification);
    for (const question of questions) {
      assert.ok(question.type === 'PK_SIGN' || question.type === 'RSA_SIGN');
      const ecdsa = question.type === 'PK_SIGN' && question.algorithm === 'ECDSA';
      const key = ecdsa ? p256 : key2048;
      const signature = Buffer.from(signer(key)(question), 'base64');
      // The message is not known, its digest is: without padding the signature shows what it holds.
      if (ecdsa) assert.equal(signature[0], 0x30);
      else {
        const padding = constants.RSA_NO_PADDING;
        assert.equal(publicDecrypt({ key: createPublicKey(key), padding }, signature).at(-1), 0xbc);
      }
    }
    assert.equal(questions.length, 6);
  });
});

describe('a signature is refused with an EncodeError', () => {
  const refuses = (key: KeyObject, data: Uint8Array, algorithm: string, parameter: string): void => {
    assert.throws(
      () => sign(key, data, algorithm),
      (error: unknown) => error instanceof EncodeError && error.parameter === parameter,
      algorithm,
    );
  };
  const digest = digestOf('sha256');

  it('for an algorithm that is not known', () => {
    for (const algorithm of ['', 'RSA_OAEP', 'ecdsa', 'RSA_X931_PADDING'])
      refuses(key2048, digest, algorithm, 'algorithm');
  });

  it('for a digest or a length of salt that is not known', () => {
    const refused = (parameters: string) =>
      refuses(key2048, digest, `RSA_PKCS1_PSS_PADDING${parameters}`, 'algorithm');
    for (const hash of ['FOO', '', 'SHA256; x']) refused(`,hashalg=${hash},saltlen=digest`);
    refused('');
    for (const salt of ['auto', '20', 'MAX', '']) refused(`,hashalg=SHA256,saltlen=${salt}`);
    refused(',hashalg=SHA256');
  });

  it('for an algorithm that does not fit the key', () => {
    refuses(key2048, digest, 'ECDSA', 'algorithm');
    refuses(p256, framed, 'RSA_PKCS1_PADDING', 'algorithm');
    const ed25519 = generateKeyPairSync('ed25519').privateKey;
    for (const algorithm of [
      'ECDSA',
      'RSA_PKCS1_PADDING',
      'RSA_PKCS1_PSS_PADDING,hashalg=SHA256,saltlen=digest',
    ])
      refuses(ed25519, digest, algorithm, 'algorithm');
    assert.throws(() => signer(ed25519)({ type: 'RSA_SIGN', data: framed.toString('base64') }), EncodeError);
  });

  it('for a curve that TLS does not use, and data that is no such digest', () => {
    refuses(ec('secp256k1'), digest, 'ECDSA', 'key');
    refuses(key2048, digest, 'RSA_PKCS1_PSS_PADDING,hashalg=SHA384,saltlen=digest', 'data');
    refuses(rsa(512), digestOf('sha512'), 'RSA_PKCS1_PSS_PADDING,hashalg=SHA512,saltlen=digest', 'key');
  });
});
