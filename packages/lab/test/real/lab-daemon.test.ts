import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createDaemon } from '../../src/daemon/daemon.ts';
import { loneLines } from '../../src/daemon/lone-daemon.ts';
import { createLab, type Daemon, startDaemon } from '../../src/index.ts';
import { processesOf, temporaryFolder, within } from '../../src/testing/index.ts';

const skip = process.platform === 'linux' ? false : 'daemons are tied to this process by the Linux kernel';

async function open(t: TestContext, directory: string, lines: readonly string[] = []): Promise<Daemon> {
  const daemon = await startDaemon({ directory, name: 'daemon', lines });
  t.after(() => daemon.stop('SIGKILL'));
  return daemon;
}

/** The first line that a management interface says. */
async function banner(to: string | number): Promise<string> {
  const socket = typeof to === 'number' ? connect(to, '127.0.0.1') : connect(to);
  try {
    const [data] = await within(`the management interface at ${to} speaks`, once(socket, 'data'));
    return String(data);
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  server.close();
  await once(server, 'close');
  return address.port;
}

describe('a daemon', { skip }, () => {
  it('listens as soon as it is started', async t => {
    const daemon = await open(t, temporaryFolder(t));
    assert.match(await banner(daemon.socket), /^>INFO:OpenVPN Management Interface/);
    assert.equal(await readFile(`/proc/${daemon.pid}/comm`, 'utf8'), 'openvpn\n');
    assert.match(await readFile(daemon.logPath, 'utf8'), /MANAGEMENT: unix domain socket listening/);
  });

  it('stops with its exit code and starts again', async t => {
    const daemon = await open(t, temporaryFolder(t));
    const { pid, exited } = daemon;
    await assert.rejects(daemon.start(), /runs already/);
    assert.equal(await daemon.stop(), 0);
    assert.equal(await exited, 0);
    assert.equal(await daemon.stop(), 0);
    assert.equal(daemon.pid, undefined);
    await daemon.start();
    assert.notEqual(daemon.pid, pid);
    assert.equal(await daemon.stop('SIGKILL'), null);
    // The socket of a killed daemon stays; the next one must not be taken for it.
    assert.ok(existsSync(daemon.socket));
    await daemon.start();
    assert.match(await banner(daemon.socket), /^>INFO/);
  });

  it('stops however early it is told to', async t => {
    const directory = temporaryFolder(t);
    const early = Array.from({ length: 40 }, async (_, index) => {
      const daemon = await createDaemon({
        directory,
        name: `daemon-${index}`,
        lines: await loneLines([]),
      });
      t.after(() => daemon.stop('SIGKILL'));
      let failure: unknown;
      const ready = daemon.start().catch(error => {
        failure = error;
      });
      // Not a moment later than it is there; a daemon that ends without it, or is late, lets the start fail.
      while (!existsSync(daemon.socket)) {
        if (failure) throw failure;
        await setImmediate();
      }
      const code = await within(`${daemon.name} stops`, daemon.stop());
      await ready;
      return code;
    });
    assert.deepEqual(new Set(await Promise.all(early)), new Set([0]));
  });

  it('may listen on a TCP port, or on a socket named relative to its directory', async t => {
    const port = await freePort();
    const directory = temporaryFolder(t);
    await open(t, directory, [`management 127.0.0.1 ${port}`]);
    assert.match(await banner(port), /^>INFO/);
    writeFileSync(join(directory, 'password'), 'secret\n', { mode: 0o600 });
    const other = await startDaemon({ directory, name: 'other', lines: ['management "a b" unix password'] });
    t.after(() => other.stop('SIGKILL'));
    assert.equal(other.socket, join(directory, 'a b'));
    assert.match(await banner(other.socket), /^ENTER PASSWORD:/);
  });

  it('may connect to us instead', async t => {
    const directory = temporaryFolder(t);
    const server = createServer().listen(join(directory, 'ours'));
    t.after(() => server.close());
    const connection = once(server, 'connection');
    const daemon = await open(t, directory, ['management ours unix', 'management-client']);
    const [socket] = await within('the daemon dials in', connection);
    socket.destroy();
    assert.equal(await within('the daemon ends', daemon.exited), 0);
  });

  it('rejects with the words of its log when it ends at once', async t => {
    const directory = temporaryFolder(t);
    await assert.rejects(
      open(t, directory, ['remote-cert-tls nobody', 'ca missing']),
      /The daemon daemon ended with code 1 before its management interface was ready: .*Options error/,
    );
    assert.deepEqual(processesOf(directory), []);
  });

  it('refuses what would cut its tie to this process', async t => {
    const directory = temporaryFolder(t);
    for (const line of ['user nobody', '  group nogroup', 'daemon']) {
      await assert.rejects(open(t, directory, [line]), TypeError);
    }
  });

  it('is of the program that is named, and of no other', async t => {
    const directory = temporaryFolder(t);
    const openvpn = join(directory, 'openvpn');
    const refusal = /^The OpenVPN daemon \/.*\/openvpn cannot be run \(ENOENT\); /;
    await assert.rejects(startDaemon({ directory, name: 'daemon', lines: [], openvpn }), {
      message: refusal,
    });
    await assert.rejects(createLab({ openvpn }), { message: refusal });
    writeFileSync(openvpn, '#!/bin/sh\necho "it is this one"\n', { mode: 0o755 });
    const started = startDaemon({ directory, name: 'daemon', lines: [], openvpn });
    await assert.rejects(started, /before its management interface was ready: it is this one/);
  });

  it('refuses a socket path that the kernel would refuse', async t => {
    const directory = temporaryFolder(t);
    await assert.rejects(startDaemon({ directory, name: 'x'.repeat(100), lines: [] }), RangeError);
  });
});
