// The program against one real daemon without a network: no root is needed.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Daemon, startDaemon } from '@ovpnkit/lab';
import { eventually, isListening, temporaryFolder, within } from '@ovpnkit/lab/testing';
import { ovpnkit, program, start, startOvpnkit } from './cli-process.ts';

const skip = process.platform === 'linux' ? false : 'daemons are tied to this process by the Linux kernel';

async function open(t: TestContext, lines: readonly string[] = [], directory?: string): Promise<Daemon> {
  const daemon = await startDaemon({
    directory: directory ?? temporaryFolder(t),
    name: 'daemon',
    lines,
  });
  t.after(() => daemon.stop('SIGKILL'));
  return daemon;
}

describe('ovpnkit and one daemon', { skip }, () => {
  it('shows the counters of a daemon that is no server', async t => {
    const daemon = await open(t);
    const { code, stdout, stderr } = await ovpnkit(t, ['--management', daemon.socket, 'status']);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(
      stdout,
      /^counter +value\nTUN\/TAP read bytes +\d+ +\d+ B\n(.+\n)+\d{4}-\d\d-\d\d [\d:]{8}\n$/,
    );
    const json = await ovpnkit(t, ['--management', `unix:${daemon.socket}`, 'status', '--json']);
    const status = JSON.parse(json.stdout);
    assert.equal(status.mode, 'client');
    assert.equal(status.statistics['TUN/TAP read bytes'], 0);
  });

  it('says what is wrong, with a code for each kind', async t => {
    const directory = temporaryFolder(t);
    const status = (address: string) => ovpnkit(t, ['--management', address, 'status']);
    const nobody = await status(join(directory, 'nobody'));
    assert.deepEqual(nobody, {
      ...{ code: 4, stdout: '' },
      stderr: `ovpnkit: ${directory}/nobody: there is no such socket; is the daemon running?\n`,
    });
    const noSocket = join(directory, 'file');
    writeFileSync(noSocket, '');
    assert.equal((await status(noSocket)).code, 4);
    const held = await open(t, ['management-hold'], directory);
    const refused = await status(held.socket);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^ovpnkit: the daemon refused 'status 3': .*hold.*\n$/);
  });

  it('says that this user may not connect', async t => {
    const daemon = await open(t, ['management-client-user nobody']);
    const { code, stdout, stderr } = await ovpnkit(t, ['--management', daemon.socket, 'status']);
    assert.deepEqual({ code, stdout }, { code: 4, stdout: '' });
    assert.match(stderr, /^ovpnkit: .*another user only.*\n$/);
  });

  it('gives the password of its file, and says when there is none or it is wrong', async t => {
    const directory = temporaryFolder(t);
    const [right, wrong] = [join(directory, 'right'), join(directory, 'wrong')];
    writeFileSync(right, 's3cret\n', { mode: 0o600 });
    writeFileSync(wrong, 'no\n');
    const daemon = await open(t, [`management "${directory}/daemon.sock" unix "${right}"`], directory);
    const status = (...args: string[]) => ovpnkit(t, ['status', '--management', daemon.socket, ...args]);
    assert.equal((await status('--password-file', right)).code, 0);
    for (const [args, expected] of [
      [[], 4],
      [['--password-file', wrong], 4],
      [['--password-file', join(directory, 'none')], 2],
    ] as const) {
      const { code, stderr } = await status(...args);
      assert.equal(code, expected);
      assert.match(stderr, /^ovpnkit: [^\n]*password[^\n]*\n$/);
    }
  });

  it('does not call output written that was not', async t => {
    const daemon = await open(t);
    const command = '"$0" "$1" --management "$2" status > /dev/full';
    const { code, stderr } = await start(t, ['sh', '-c', command, process.execPath, program, daemon.socket])
      .ended;
    assert.equal(code, 1);
    assert.match(stderr, /^ovpnkit: the output cannot be written: ENOSPC[^\n]*\n$/);
  });

  it('waits for a daemon that dials in', async t => {
    const directory = temporaryFolder(t);
    const ours = join(directory, 'ours');
    const running = startOvpnkit(t, ['--management', `listen:unix:${ours}`, 'status']);
    // The socket file is there a moment before anybody listens on it.
    const place = { type: 'unix', path: ours } as const;
    await eventually('the program listens', () => isListening(running.child.pid ?? 0, place, '/'));
    const daemon = await open(t, ['management ours unix', 'management-client'], directory);
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 0);
    assert.match(stdout, /^counter/);
    assert.equal(stderr, `ovpnkit: waiting for a daemon at unix:${ours}\n`);
    await within('the daemon ends', daemon.exited);
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`gives up on a daemon that somebody else holds at ${signal}, with code ${code}`, async t => {
      const daemon = await open(t);
      const other = connect(daemon.socket);
      t.after(() => other.destroy());
      await within('the daemon speaks to somebody else', once(other, 'data'));
      const running = startOvpnkit(t, ['--management', daemon.socket, 'status']);
      await eventually('the program waits', () => connections(daemon.socket) === 2);
      running.child.kill(signal);
      assert.deepEqual(await running.ended, { code, stdout: '', stderr: '' });
    });
  }
});

/** How many programs are connected to this socket, those that the daemon has not accepted yet among them. */
const connections = (path: string): number =>
  readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .filter(line => line.endsWith(` ${path}`) && !/ 00010000 /.test(line)).length;
