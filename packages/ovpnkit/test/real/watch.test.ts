// `ovpnkit watch` as a process, on a pseudo terminal and without one, on real daemons.

import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createLab, type Daemon, labPrivilege, startDaemon } from '@ovpnkit/lab';
import { eventually, temporaryFolder } from '@ovpnkit/lab/testing';
import { program, type Running, start, startOvpnkit } from './cli-process.ts';

const skip = process.platform === 'linux' ? false : 'daemons are tied to this process by the Linux kernel';
const privilege = labPrivilege();
const noLab = privilege.type === 'ready' ? false : privilege.reason;

async function open(t: TestContext, lines: readonly string[] = []): Promise<Daemon> {
  const directory = temporaryFolder(t);
  const daemon = await startDaemon({ directory, name: 'daemon', lines });
  t.after(() => daemon.stop('SIGKILL'));
  return daemon;
}

const enterScreen = '\x1b[?1049h';
const leaveScreen = '\x1b[?25h\x1b[?1049l';
const clearScreen = '\x1b[2J\x1b[H';

type OnTerminal = Running & {
  /** The pseudo terminal's device, for its size. */
  readonly device: string;
};

/** Starts `ovpnkit watch` on a pseudo terminal of this size, made by script(1). */
async function watchOnTerminal(
  t: TestContext,
  socket: string,
  rows: number,
  columns: number,
): Promise<OnTerminal> {
  const watch = `exec '${process.execPath}' '${program}' watch --interval 0.5 --management 'unix:${socket}'`;
  const shell = `tty; stty rows ${rows} cols ${columns}; ${watch}`;
  const running = start(t, ['script', '--quiet', '--return', '--command', shell, '/dev/null'], {
    TERM: 'xterm',
  });
  const device = await eventually('the terminal is there', () => /^\/dev\/\S+/.exec(running.stdout)?.[0]);
  // The process is known when the watch has learned all that it begins with.
  await eventually('the screen is drawn', () => /q quits[\s\S]* process \d/.test(textSince(running, 0)));
  return Object.assign(running, { device });
}

/** What was written since a mark, without colours and cursor movements. */
const textSince = (running: Running, mark: number): string =>
  stripVTControlCharacters(running.stdout.slice(mark));

describe('ovpnkit watch on a terminal', { skip }, () => {
  it('draws on the other screen and gives the terminal back at q', async t => {
    const daemon = await open(t);
    const running = await watchOnTerminal(t, daemon.socket, 24, 80);
    assert.ok(running.stdout.includes(enterScreen));
    assert.match(textSince(running, 0), /OpenVPN 2\.\S+/);
    assert.ok(!running.stdout.includes(leaveScreen));
    running.child.stdin.write('xq');
    const { code, stdout } = await running.ended;
    assert.equal(code, 0);
    const [, rest = ''] = stdout.split(leaveScreen);
    assert.match(rest, /^\S+, received \d+ B[^\r\n]*, sent \d+ B[^\r\n]*\r\n/);
  });

  it('ends at Ctrl-C, which the terminal delivers as a key', async t => {
    const daemon = await open(t);
    const running = await watchOnTerminal(t, daemon.socket, 24, 80);
    running.child.stdin.write('\x03');
    const { code, stdout } = await running.ended;
    assert.equal(code, 130);
    assert.ok(stdout.includes(leaveScreen));
  });

  it('draws anew in the size that the terminal gets', async t => {
    const daemon = await open(t);
    const running = await watchOnTerminal(t, daemon.socket, 40, 150);
    await eventually(
      'a long line is there',
      () => textSince(running, 0).includes('management-client-auth') || longest(textSince(running, 0)) > 60,
    );
    const mark = running.stdout.length;
    const { code } = await start(t, ['stty', '-F', running.device, 'rows', '12', 'cols', '30']).ended;
    assert.equal(code, 0);
    // stty sets rows and columns one after the other, and between them the screen may be drawn for both.
    await eventually('it is drawn again, and fits', () => {
      const clear = running.stdout.lastIndexOf(clearScreen);
      const drawn = textSince(running, clear);
      return clear >= mark && drawn.includes('OpenVPN') && longest(drawn) <= 30;
    });
    running.child.stdin.write('q');
    assert.equal((await running.ended).code, 0);
  });

  it('waits for a daemon that goes away and shows it when it is back', async t => {
    const daemon = await open(t);
    const running = await watchOnTerminal(t, daemon.socket, 40, 150);
    await daemon.stop();
    await eventually('it is away', () => textSince(running, 0).includes('away for'));
    await daemon.start();
    await eventually('it is back', () => textSince(running, 0).includes(`restarted (process ${daemon.pid})`));
    running.child.stdin.write('q');
    assert.equal((await running.ended).code, 0);
  });

  it('shows what a held daemon waits for', async t => {
    const daemon = await open(t, ['management-hold']);
    const running = await watchOnTerminal(t, daemon.socket, 24, 100);
    await eventually('the question', () =>
      textSince(running, 0).includes('it waits: Waiting for hold release'),
    );
    running.child.stdin.write('q');
    assert.equal((await running.ended).code, 0);
  });
});

const longest = (text: string): number => Math.max(...text.split(/\r?\n/).map(line => line.length));

describe('ovpnkit watch into a pipe', { skip: noLab }, () => {
  it('prints a line for each thing that happens, and the sum at the end', async t => {
    const lab = await createLab({ clients: 1, startClients: false });
    t.after(() => lab.close());
    const [client] = lab.clients;
    assert.ok(client);
    const running = startOvpnkit(t, ['watch', '--interval', '0.5', '--management', lab.server.socket]);
    // A change of state shows that it listens.
    await client.start();
    await eventually('the client is there', () => running.stdout.includes('+ client1 from 198.18.0.2:'));
    await client.stop();
    await eventually('the client is gone', () => running.stdout.includes('- client1 from 198.18.0.2:'));
    await lab.server.stop();
    await eventually('the server is away', () => running.stdout.includes('the daemon is away: '));
    await lab.server.start();
    await eventually('the server is back', () => running.stdout.includes('the daemon is back, restarted'));
    running.child.kill('SIGTERM');
    const { code, stdout, stderr } = await running.ended;
    assert.deepEqual({ code, stderr }, { code: 143, stderr: '' });
    assert.doesNotMatch(stdout, /\x1b/);
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines.slice(0, -1)) assert.match(line, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S/);
    assert.match(lines.at(-1) ?? '', /^CONNECTED, 0 clients, received 0 B/);
  });

  it('ends by itself after --seconds', async t => {
    const daemon = await open(t);
    const { code, stderr } = await startOvpnkit(t, [
      'watch',
      '--seconds',
      '0.3',
      '--management',
      daemon.socket,
    ]).ended;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });
});
