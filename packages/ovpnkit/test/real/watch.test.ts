// `ovpnkit watch` as a process, on a pseudo terminal and without one, on real daemons.

import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createLab, type Daemon, labPrivilege, startDaemon } from '@ovpnkit/lab';
import { eventually, temporaryFolder } from '@ovpnkit/lab/testing';
import { fakeDaemon } from '@ovpnkit/management/testing';
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

/** Starts `ovpnkit watch` on a pseudo terminal of this size, made by script(1), behind another command of the shell. */
function startOnTerminal(
  t: TestContext,
  socket: string,
  rows: number,
  columns: number,
  options = '',
  first = '',
): Running {
  const watch = `exec '${process.execPath}' '${program}' watch --interval 0.5 ${options} --management 'unix:${socket}'`;
  const shell = `tty; stty rows ${rows} cols ${columns}; ${first} ${watch}`;
  return start(t, ['script', '--quiet', '--return', '--command', shell, '/dev/null'], { TERM: 'xterm' });
}

async function watchOnTerminal(...args: Parameters<typeof startOnTerminal>): Promise<OnTerminal> {
  const running = startOnTerminal(...args);
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

/** A server with so many clients, as many as its word for it. */
async function fakeServer(t: TestContext, clients: number): Promise<string> {
  const since = 1_795_000_000;
  const row = (index: number): string =>
    `CLIENT_LIST\tclient${index}\t198.51.100.${index % 250}:${1024 + index}\t10.8.${index >> 8}.${index & 255}\t\t1\t1\t-\t${since}\tUNDEF\t${index}\t${index}\tAES-256-GCM`;
  const status = [
    'TITLE\tOpenVPN 2.6.14',
    `TIME\t2026-11-28 14:00:00\t${since}`,
    'HEADER\tCLIENT_LIST\tCommon Name\tReal Address\tVirtual Address\tVirtual IPv6 Address\tBytes Received\tBytes Sent\tConnected Since\tConnected Since (time_t)\tUsername\tClient ID\tPeer ID\tData Channel Cipher',
    ...Array.from({ length: clients }, (_, index) => row(index + 1)),
    'GLOBAL_STATS\tMax bcast/mcast queue length\t0',
    'END',
  ];
  const state = [`${since},CONNECTED,SUCCESS,10.8.0.1,,,,`, 'END'];
  const daemon = await fakeDaemon(async session => {
    session.greet();
    await session.answer(line => {
      if (line.startsWith('version'))
        return ['OpenVPN Version: OpenVPN 2.6.14', 'Management Version: 5', 'END'];
      if (line.startsWith('status')) return status;
      if (line === 'pid') return 'SUCCESS: pid=4242';
      if (line.startsWith('state on')) return ['SUCCESS: real-time state notification set to ON', ...state];
      if (line.startsWith('log on')) return ['SUCCESS: real-time log notification set to ON', 'END'];
      return line.startsWith('state') ? state : 'SUCCESS: done';
    });
  });
  t.after(() => daemon.close());
  return 'path' in daemon.endpoint ? daemon.endpoint.path : assert.fail('the fake daemon has no path');
}

describe('the keys of ovpnkit watch', { skip }, () => {
  it('scroll, sort, filter, show one client and the keys', async t => {
    const running = await watchOnTerminal(t, await fakeServer(t, 300), 24, 80);
    await eventually('the list', () => textSince(running, 0).includes('busiest first'));
    /** Types, and waits for what is drawn then. */
    const type = async (keys: string, expected: RegExp): Promise<void> => {
      const mark = running.stdout.length;
      running.child.stdin.write(keys);
      await eventually(`${expected} after a key`, () => expected.test(textSince(running, mark)));
    };
    await type('\x1b[F', /> client300 [\s\S]*-300 of 300/); // End
    await type('\x1b[H', /> client1 [\s\S]*1-\d+ of 300/); // Home
    await type('\x1b[6~', /> client\d\d? /); // Page Down
    await type('s', /most in first/);
    await type('/', /filter: _/);
    await type('NT277', /> client277 [\s\S]*filter: NT277_ {2}1 shown/);
    await type('\r', /filter: NT277 {2}1 shown/);
    await type('\r', /client277[\s\S]*client id {5}277[\s\S]*Esc: back/);
    await type('\x1b', /filter: NT277 {2}1 shown/); // Escape
    await type('\x1b', /1-\d+ of 300/);
    await type('?', /keys\r\nUp Down[\s\S]*these keys/);
    await type('?', /of 300 {2}most in first/);
    running.child.stdin.write('q');
    assert.equal((await running.ended).code, 0);
  });

  it('begin with the order that was asked for', async t => {
    const running = await watchOnTerminal(t, await fakeServer(t, 30), 24, 80, '--sort since');
    await eventually('the order', () => textSince(running, 0).includes('longest connected first'));
    running.child.stdin.write('q');
    assert.equal((await running.ended).code, 0);
  });

  it('end a watch whose daemon has not said anything yet, which the screen says', async t => {
    const daemon = await fakeDaemon(session => session.silence());
    t.after(() => daemon.close());
    assert.ok('path' in daemon.endpoint);
    const running = startOnTerminal(t, daemon.endpoint.path, 10, 40);
    await eventually('it waits', () =>
      textSince(running, 0).includes("waiting for the daemon's first answer …"),
    );
    running.child.stdin.write('q');
    const { code, stdout } = await running.ended;
    assert.equal(code, 0);
    assert.ok(stdout.includes(leaveScreen));
  });

  it('give the terminal back when the watch is ended from outside', async t => {
    const running = await watchOnTerminal(t, await fakeServer(t, 3), 24, 80, '', 'echo "pid $$";');
    const pid = Number(/pid (\d+)/.exec(running.stdout)?.[1]);
    process.kill(pid, 'SIGTERM');
    const { code, stdout } = await running.ended;
    assert.equal(code, 143);
    assert.ok(stdout.includes(leaveScreen));
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
