import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createLab, type Lab, type LabDaemon, type LabOptions, labPrivilege } from '../../src/index.ts';
import { runProgram } from '../../src/process/program.ts';
import { eventually, processesOf, usersOf } from '../../src/testing/index.ts';

const privilege = labPrivilege();
const skip = privilege.type === 'ready' ? false : privilege.reason;

async function open(t: TestContext, options: LabOptions): Promise<Lab> {
  const lab = await createLab(options);
  t.after(() => lab.close());
  return lab;
}

const answered = (lab: Lab, client: LabDaemon) =>
  eventually(`${client.name} reaches the server`, async () => (await lab.ping(client, 2, 100)) === 2);

describe('a lab', { skip }, () => {
  it('carries the pings of two clients through their tunnels', async t => {
    const lab = await open(t, { clients: 2 });
    assert.deepEqual(
      lab.clients.map(client => [client.name, client.commonName, client.address]),
      [
        ['client1', 'client1', '198.18.0.2'],
        ['client2', 'client2', '198.18.0.3'],
      ],
    );
    for (const client of lab.clients) await answered(lab, client);
  });

  it('works over TCP', async t => {
    const lab = await open(t, { clients: 1, protocol: 'tcp' });
    for (const client of lab.clients) await answered(lab, client);
  });

  it('leaves no process, no namespace and no directory when it is closed', async t => {
    const lab = await open(t, { clients: 2 });
    const daemons = [lab.server, ...lab.clients];
    // Held here as well: once nobody has a namespace, its number may be that of another lab's.
    const held = daemons.map(daemon => openSync(daemon.namespace, 'r'));
    t.after(() => held.forEach(closeSync));
    const namespaces = held.map(descriptor => fstatSync(descriptor).ino);
    assert.equal(processesOf(lab.directory).length, 3);
    assert.ok(usersOf(namespaces) >= 6 + held.length);
    await Promise.all([lab.close(), lab.close()]);
    assert.deepEqual(processesOf(lab.directory), []);
    assert.equal(usersOf(namespaces), held.length);
    assert.equal(existsSync(lab.directory), false);
    assert.deepEqual(
      daemons.map(daemon => daemon.pid),
      [undefined, undefined, undefined],
    );
    await assert.rejects(lab.addClient('late'), /lab/);
    await assert.rejects(lab.server.start(), /closed/);
  });

  it('makes nothing in the network of its caller', async () => {
    // A network of its own, for on this machine others come and go.
    const child = join(import.meta.dirname, 'lab-child.ts');
    const look = '"$@" >/dev/null && ip -o link';
    const { code, stdout, stderr } = await runProgram([
      ...['unshare', '--net', 'sh', '-c', look, 'sh', process.execPath, child, 'close'],
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^1: lo: [^\n]*\n$/);
  });

  it('can exist more than once at the same time', async t => {
    const labs = await Promise.all([
      open(t, { clients: 1 }),
      open(t, { clients: 1 }),
      open(t, { clients: 1 }),
    ]);
    for (const lab of labs) for (const client of lab.clients) await answered(lab, client);
    assert.equal(new Set(labs.map(lab => lab.directory)).size, 3);
  });

  it('takes any common name', async t => {
    const names = ['>LOG:evil,name "q" ünï', '/CN=a+b\\c=d', 'END\r\nSUCCESS: x', '日本'];
    const lab = await open(t, { clientNames: names });
    for (const [index, client] of lab.clients.entries()) {
      const certificate = new X509Certificate(await readFile(client.credentials.certificate));
      assert.equal(certificate.toLegacyObject().subject.CN, names[index]);
      assert.equal(client.commonName, names[index]);
      await answered(lab, client);
    }
  });

  it('makes clients later, and starts them when told to', async t => {
    const lab = await open(t, {
      clients: 1,
      startClients: false,
      client: index => [`setenv INDEX ${index}`],
    });
    const [first] = lab.clients;
    assert.ok(first);
    assert.equal(first.pid, undefined);
    assert.equal(await lab.ping(first), 0);
    const second = await lab.addClient('another', ['setenv INDEX many']);
    assert.deepEqual(lab.clients, [first, second]);
    assert.match(await readFile(first.configPath, 'utf8'), /^setenv INDEX 0$/m);
    assert.match(await readFile(second.configPath, 'utf8'), /^setenv INDEX many$/m);
    await second.start();
    await answered(lab, second);
  });

  it('lets a line of the caller take the place of its own', async t => {
    const client = () => ['verb 4', 'management-external-key nopadding pss'];
    const lab = await open(t, { clients: 1, startServer: false, startClients: false, client });
    const config = await readFile(lab.clients[0]?.configPath ?? '', 'utf8');
    assert.deepEqual(config.match(/^(verb|key|cert|management|management-external-key) \S+/gm), [
      `management "${lab.clients[0]?.socket}"`,
      `cert "${lab.clients[0]?.credentials.certificate}"`,
      'verb 4',
      'management-external-key nopadding',
    ]);
  });

  it('keeps its keys to itself', async t => {
    const lab = await open(t, { clients: 1, startServer: false, startClients: false });
    assert.equal((await stat(lab.directory)).mode & 0o777, 0o700);
    for (const { credentials } of [lab.server, ...lab.clients]) {
      assert.equal((await stat(credentials.key)).mode & 0o777, 0o600);
    }
  });

  it('says what the daemon said when a configuration is bad, and leaves nothing', async () => {
    let directory = '';
    const attempt = createLab({ clients: 1, server: ['no-such-option here'] });
    await assert.rejects(attempt, (error: Error) => {
      directory = /\/\S+ovpnkit-lab-[^/\s]+/.exec(error.message)?.[0] ?? '';
      assert.match(
        error.message,
        /The daemon server ended with code 1 .*Unrecognized option.*no-such-option/,
      );
      return true;
    });
    assert.notEqual(directory, '');
    assert.equal(existsSync(directory), false);
    assert.deepEqual(processesOf(directory), []);
  });

  it('gives up when it is aborted, and leaves nothing', async t => {
    // Nothing else is made below it: the tests of this file come one after the other.
    const folder = await mkdtemp(join(tmpdir(), 'ovpnkit-test-'));
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    t.after(async () => {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      await rm(folder, { recursive: true });
    });
    const reason = new Error('on purpose');
    // Wherever the abort hits it: the later ones hit a lab that is ready.
    for (const delay of [0, 10, 25, 50, 75]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), delay);
      const lab = await createLab({ clients: 2, signal: controller.signal }).catch(error => {
        assert.equal(error, reason);
        return undefined;
      });
      await lab?.close();
      assert.deepEqual(processesOf(folder), []);
      assert.deepEqual(await readdir(folder), []);
    }
  });
});
