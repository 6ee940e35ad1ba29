import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type LabDaemon, runOrThrow } from '@ovpnkit/lab';
import { type Attached, established, isSince, openLab, skip, type TestLab } from '@ovpnkit/lab/testing';
import { EncodeError, type Event, type EventOf, signer } from '@ovpnkit/management';

type Question = EventOf<'PK_SIGN'> | EventOf<'RSA_SIGN'>;

/** OpenVPN 2.5 wants to know what we can do, for ECDSA as well. */
const externalKey = isSince('2.6') ? 'management-external-key' : 'management-external-key nopadding pkcs1';

/** Makes `rsa.key` and `rsa.crt` in the directory of the lab: its own authority has keys for ECDSA only. */
async function issueRsa({ directory }: TestLab): Promise<void> {
  const at = (name: string) => join(directory, name);
  const extensions = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];
  await runOrThrow([
    ...['openssl', 'req', '-config', at('openssl.cnf'), '-x509', '-new', '-days', '30', '-noenc'],
    ...['-newkey', 'rsa:2048', '-keyout', at('rsa.key'), '-out', at('rsa.crt'), '-subj', '/CN=rsa'],
    ...[...extensions, 'extendedKeyUsage=clientAuth'].flatMap(extension => ['-addext', extension]),
    ...['-CA', at('ca.crt'), '-CAkey', at('ca.key')],
  ]);
}

/** Starts a client whose key is ours alone, announces a version, and lets it go. */
async function startClient(lab: TestLab, client: LabDaemon, version?: number): Promise<Attached> {
  await client.start();
  const management = await lab.attach(client);
  if (version !== undefined) await management.announceVersion(version);
  await management.state('on');
  await management.hold('release');
  return management;
}

/** Signs what is asked first. */
async function answer(client: Attached, keyFile: string): Promise<Question> {
  const sign = signer(await readFile(keyFile, 'utf8'));
  const question = await client.seen.where('PK_SIGN or RSA_SIGN', isQuestion);
  await (question.type === 'PK_SIGN' ? client.pkSig(sign(question)) : client.rsaSig(sign(question)));
  return question;
}

const isQuestion = (event: Event): event is Question => event.type === 'PK_SIGN' || event.type === 'RSA_SIGN';
const dataLength = (question: Question) => Buffer.from(question.data, 'base64').length;
const psSha256 = 'RSA_PKCS1_PSS_PADDING,hashalg=SHA256,saltlen=digest';

describe('a client whose key is kept by us', { skip, concurrency: 6 }, () => {
  it('fails its handshake with a wrong signature, and asks again', async t => {
    const lab = await openLab(t, { clients: 0 });
    const impatience = ['hand-window 3', 'connect-retry 1 1'];
    const daemon = await lab.addClient('ec', [externalKey, 'management-hold', ...impatience]);
    const client = await startClient(lab, daemon, 3);
    await client.hold('off');
    const sign = signer(await readFile(daemon.credentials.key, 'utf8'));
    await client.seen.next('PK_SIGN');
    // As often as it asks again: on a busy machine a handshake with the right one may take too long for it as well.
    client.on('PK_SIGN', question => client.pkSig(sign(question)).catch(() => {}));
    await client.pkSig('AAAA');
    await client.seen.next('STATE', state => state.name === 'RECONNECTING');
    await client.seen.next('PK_SIGN');
    await established(client);
  });

  it('is signed for with ECDSA', async t => {
    const lab = await openLab(t, { clients: 0 });
    for (const version of [2, 3]) {
      const daemon = await lab.addClient('ec', ['management-hold', externalKey]);
      const client = await startClient(lab, daemon, version);
      const question = await answer(client, daemon.credentials.key);
      assert.ok(question.type === 'PK_SIGN');
      assert.equal(question.algorithm, version === 3 ? 'ECDSA' : undefined);
      await established(client);
    }
  });

  for (const [version, tls] of [
    [1, '1.2'],
    [2, '1.3'],
    [3, '1.2'],
    [3, '1.3'],
  ] as const) {
    // Up to 2.5 nobody can tell a daemon that the key is good for PSS.
    if (!isSince('2.6')) break;
    it(`is signed for with RSA and PSS by a program of version ${version}, TLS ${tls}`, async t => {
      const lab = await openLab(t, { clients: 0 });
      await issueRsa(lab);
      const lines = ['management-external-key nopadding pkcs1 pss', 'cert rsa.crt', `tls-version-max ${tls}`];
      const daemon = await lab.addClient('rsa', ['management-hold', ...lines]);
      const client = await startClient(lab, daemon, version === 1 ? undefined : version);
      const question = await answer(client, join(lab.directory, 'rsa.key'));
      assert.equal(question.type, version === 1 ? 'RSA_SIGN' : 'PK_SIGN');
      assert.equal(dataLength(question), 32);
      if (question.type === 'PK_SIGN') assert.equal(question.algorithm, version === 3 ? psSha256 : undefined);
      await established(client);
    });
  }

  for (const version of [1, 2, 3]) {
    it(`is signed for with RSA and PKCS#1 by a program of version ${version}`, async t => {
      const lab = await openLab(t, { clients: 0, startServer: false });
      await issueRsa(lab);
      await startWithPkcs1Only(lab);
      const lines = [externalKey, 'cert rsa.crt', 'tls-version-max 1.2'];
      const daemon = await lab.addClient('rsa', ['management-hold', ...lines]);
      const client = await startClient(lab, daemon, version === 1 ? undefined : version);
      const question = await answer(client, join(lab.directory, 'rsa.key'));
      assert.equal(question.type, version === 1 ? 'RSA_SIGN' : 'PK_SIGN');
      // SHA-256 in its ASN.1 frame.
      assert.equal(dataLength(question), 51);
      if (question.type === 'PK_SIGN')
        assert.equal(question.algorithm, version === 3 ? 'RSA_PKCS1_PADDING' : undefined);
      await established(client);
    });
  }

  it('is given its certificate too, on demand', async t => {
    const lab = await openLab(t, { clients: 0 });
    const lines = [externalKey, 'management-external-cert macosx-keychain:subject:o=OpenVPN'];
    const daemon = await lab.addClient('external', ['management-hold', ...lines]);
    const client = await startClient(lab, daemon, 3);
    assert.equal((await client.seen.next('NEED-CERTIFICATE')).hint, 'macosx-keychain:subject:o=OpenVPN');
    await client.certificate(await readFile(daemon.credentials.certificate, 'utf8'));
    await answer(client, daemon.credentials.key);
    await established(client);
    await assert.rejects(client.certificate('-----BEGIN CERTIFICATE-----'), EncodeError);
  });

  it('gets no signature that was not asked for, nor the same one twice', async t => {
    const lab = await openLab(t, { clients: 0 });
    const daemon = await lab.addClient('ec', ['management-hold', externalKey]);
    const client = await startClient(lab, daemon, 3);
    await assert.rejects(client.rsaSig('AAAA'), EncodeError);
    await answer(client, daemon.credentials.key);
    await assert.rejects(client.pkSig('AAAA'), EncodeError);
    await established(client);
    await assert.rejects(client.raw('pk-sig'), EncodeError);
    assert.equal(await client.pid(), daemon.pid);
  });
});

/** Starts the server so that it takes no RSA signature but PKCS#1, as a server with an old library would. */
async function startWithPkcs1Only(lab: TestLab): Promise<void> {
  const file = join(lab.directory, 'pkcs1.cnf');
  const sections = ['openssl_conf = a', '[a]', 'ssl_conf = b', '[b]', 'system_default = c', '[c]'];
  await writeFile(file, [...sections, 'SignatureAlgorithms = RSA+SHA256:ECDSA+SHA256', ''].join('\n'));
  const before = process.env.OPENSSL_CONF;
  process.env.OPENSSL_CONF = file;
  // The environment is copied before the first await in there, so nobody else starts with it.
  const started = lab.server.start();
  if (before === undefined) delete process.env.OPENSSL_CONF;
  else process.env.OPENSSL_CONF = before;
  await started;
}
