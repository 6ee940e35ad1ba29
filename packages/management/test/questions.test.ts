import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { EncodeError } from '../src/index.ts';
import type { Session } from '../src/testing/index.ts';
import { clientOf, connected, daemonFor } from './connected.ts';
import { bytesOf, recordedLines, transcript } from './recordings.ts';

const refused = (verb: string) => (error: unknown) =>
  error instanceof EncodeError && error.parameter === verb;

/** A client of a daemon that asks this, and the lines that the client answers with, up to END. */
async function asked(t: TestContext, question: string, lines: readonly string[]) {
  return connected(t, async session => {
    session.send(question);
    await session.expect(...lines, 'END');
    session.send('SUCCESS: command succeeded');
    await session.answer({ pid: 'SUCCESS: pid=1' });
  });
}

const signature = Buffer.alloc(256, 7);
const base64 = signature.toString('base64');
const wrapped = base64.match(/.{1,64}/g) ?? [];

describe('an answer with a body', () => {
  it('is refused when the daemon has not asked: its lines would run as commands', async t => {
    const client = await connected(t, session => session.answer({ pid: 'SUCCESS: pid=1' }));
    await assert.rejects(client.pkSig(base64), refused('pk-sig'));
    await assert.rejects(client.rsaSig(base64), refused('rsa-sig'));
    await assert.rejects(client.certificate('x'), refused('certificate'));
    assert.equal(await client.pid(), 1);
  });

  it('goes out once for each question, as base64 in lines, from text or bytes', async t => {
    for (const given of [base64, signature, new Uint8Array(signature), wrapped.join('\r\n')]) {
      const client = await asked(t, recordedLines('>PK_SIGN:')[0] ?? '', ['pk-sig', ...wrapped]);
      await client.once('PK_SIGN');
      await client.pkSig(given);
      await assert.rejects(client.pkSig(given), refused('pk-sig'));
      assert.equal(await client.pid(), 1);
    }
  });

  it('belongs to the question of its own kind', async t => {
    const client = await asked(t, recordedLines('>RSA_SIGN:')[0] ?? '', ['rsa-sig', 'AAAA']);
    await client.once('RSA_SIGN');
    await assert.rejects(client.pkSig('AAAA'), refused('pk-sig'));
    await client.rsaSig('AAAA');
  });

  it('may be a certificate, as its PEM lines', async t => {
    const sent = bytesOf(transcript('client-30-external-key-rsa-v3-pss'), 'C').toString();
    const [, pem = ''] = /^certificate\n(.*?)\nEND\n/ms.exec(sent) ?? [];
    assert.match(pem, /^-----BEGIN CERTIFICATE-----\n/);
    const client = await asked(t, recordedLines('>NEED-CERTIFICATE:')[0] ?? '', [
      'certificate',
      ...pem.split('\n'),
    ]);
    await client.once('NEED-CERTIFICATE');
    await client.certificate(`${pem.replaceAll('\n', '\r\n')}\r\n`);
  });

  it('may still be given when it was refused before it was sent', async t => {
    const client = await asked(t, recordedLines('>PK_SIGN:')[0] ?? '', ['pk-sig', 'AAAA']);
    await client.once('PK_SIGN');
    await assert.rejects(client.pkSig('no base64!'), refused('signature'));
    await assert.rejects(client.pkSig(''), refused('signature'));
    await client.pkSig('AAAA');
  });

  it('is not for the question of an earlier connection, unless the daemon asks again', async t => {
    const script = async (session: Session, connection: number) => {
      session.greet();
      if (connection !== 1) session.send('>PK_SIGN:AAAA,ECDSA');
      await session.answer(line => {
        if (line === 'signal SIGHUP') session.close();
        return {
          pid: 'SUCCESS: pid=1',
          'status 3': 'ERROR: held',
          state: ['1,WAIT,,,,,,', 'END'],
          END: 'SUCCESS: x',
        }[line];
      });
    };
    const client = await clientOf(t, await daemonFor(t, script), {
      reconnect: { minDelayMs: 1, maxDelayMs: 1 },
    });
    await client.once('PK_SIGN');
    for (const again of [false, true]) {
      const snapshot = client.once('snapshot');
      await assert.rejects(client.signal('SIGHUP'));
      await snapshot;
      if (again) await client.pkSig('AAAA');
      else await assert.rejects(client.pkSig('AAAA'), refused('pk-sig'));
    }
  });
});

describe('a question for PKCS#11 identities', () => {
  it('is refused: it ends a daemon without a provider', async t => {
    const client = await connected(t);
    await assert.rejects(client.pkcs11IdCount(), refused('pkcs11-id-count'));
    await assert.rejects(client.pkcs11IdGet(0), refused('pkcs11-id-get'));
  });

  it('is let through when the daemon asks for an identity, or the program says so', async t => {
    const [count = '', entry = ''] = ['>PKCS11ID-COUNT:', ">PKCS11ID-ENTRY:'0'"].map(
      line => recordedLines(line)[0],
    );
    const answers = {
      'pkcs11-id-count': count,
      'pkcs11-id-get 0': entry,
      'pkcs11-id-get 9': ">PKCS11ID-ENTRY:'9'",
    };
    const told = await connected(t, session => session.answer(answers), { pkcs11: true });
    const asked = await connected(t, session => {
      session.send(recordedLines('>NEED-STR:')[0] ?? '');
      return session.answer(answers);
    });
    await asked.once('NEED-STR');
    for (const client of [told, asked]) {
      assert.equal(await client.pkcs11IdCount(), 1);
      const { id, blob } = await client.pkcs11IdGet(0);
      assert.match(`${id} ${blob}`, /^SoftHSM.* MIID/);
      assert.deepEqual(await client.pkcs11IdGet(9), { id: undefined, blob: undefined });
    }
  });
});
