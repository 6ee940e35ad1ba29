import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { startDaemon } from '@ovpnkit/lab';
import { type Attached, heldClient, isSince, openLab, skip, within } from '@ovpnkit/lab/testing';
import { EncodeError } from '@ovpnkit/management';

// p11-kit's library is a PKCS#11 provider itself; without further modules it has no token, which is enough for questions.
const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu', '.', '../lib64'];
const provider = folders.map(name => `/usr/lib/${name}/libp11-kit.so.0`).find(path => existsSync(path));
const noProvider =
  provider === undefined && 'libp11-kit.so.0 is missing; install it (on Debian: libp11-kit0)';

/** A client that is to take its certificate from a token. */
async function openCard(t: TestContext, line: string, pkcs11 = false): Promise<Attached> {
  const lab = await openLab(t, { clients: 0, startServer: false });
  const config = ['client', `remote 198.18.0.1 ${lab.port}`, 'ca ca.crt', 'remote-cert-tls server'];
  const lines = [...config, ...heldClient, `pkcs11-providers ${provider}`, line];
  const daemon = await startDaemon({ directory: lab.directory, name: 'card', lines });
  t.after(() => daemon.stop('SIGKILL'));
  const client = await lab.attach(daemon, { pkcs11 });
  await client.seen.next('HOLD');
  return client;
}

/** The 2.5 that the lab brings has an older C library, which cannot load this machine's provider. */
const describeWithCard = isSince('2.6') ? describe : () => {};

describeWithCard('a client with a smartcard', { skip: skip || noProvider, concurrency: true }, () => {
  it('asks which certificate to use, and lists those that there are', async t => {
    const client = await openCard(t, 'pkcs11-id-management');
    await assert.rejects(client.pkcs11IdCount(), EncodeError);
    await client.hold('release');
    const question = await client.seen.next('NEED-STR');
    assert.deepEqual(
      [question.name, question.text],
      ['pkcs11-id-request', 'Please specify PKCS#11 id to use'],
    );
    assert.equal(await client.pkcs11IdCount(), 0);
    assert.deepEqual(await client.pkcs11IdGet(0), { id: undefined, blob: undefined });
    await assert.rejects(client.needstr('another-request', 'x'), { name: 'CommandError' });
    await client.needstr(question.name, 'no such "identity"');
    // So the daemon ends, with its last words.
    assert.match((await client.seen.next('FATAL')).text, /^Error: /);
    assert.equal((await within('the connection ends', client.closed))?.reason, 'closed');
  });

  it('asks for its token until the user gives up', async t => {
    const client = await openCard(t, 'pkcs11-id maker/model/serial/mine/01');
    await client.hold('release');
    const question = await client.seen.next('NEED-OK');
    assert.deepEqual([question.name, question.text], ['token-insertion-request', 'Please insert mine token']);
    await assert.rejects(client.needok('another-request', 'ok'), { name: 'CommandError' });
    await client.needok(question.name, 'ok');
    await client.seen.next('NEED-OK');
    await client.needok(question.name, 'cancel');
    await client.seen.next('FATAL');
    assert.equal((await within('the connection ends', client.closed))?.reason, 'closed');
  });
});
