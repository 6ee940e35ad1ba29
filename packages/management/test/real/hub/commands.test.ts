import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDaemon, openProgram, type Program, skipDaemon } from '@ovpnkit/lab/testing';
import { openHubAt } from './hub-lab.ts';

/** The daemon gives the parameter of `signal` back as it has read it. */
const echo = async (program: Program, line: string): Promise<string> =>
  (await program.reply(line)).replace(/\r\n$/, '');

const alphabet = ['a', 'b', ' ', ' ', '"', "'", '\\', '#', ';', '\xff', '\t'];
const randomLine = () =>
  `signal ${Array.from({ length: 1 + Math.floor(Math.random() * 14) }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('')}`;

describe('a command through the hub', { skip: skipDaemon, concurrency: true }, () => {
  it('is read as the daemon reads it, in whatever way it is quoted', async t => {
    const daemon = await openDaemon(t, []);
    const lines = Array.from({ length: 3000 }, randomLine);
    // No line of these may be a signal, or a comment that leaves none.
    const direct = await openProgram(t, daemon);
    const expected: string[] = [];
    for (const line of lines) expected.push(await echo(direct, line));
    direct.socket.destroy();
    const { at, hub } = await openHubAt(t, daemon);
    const admin = await openProgram(t, at('admin'));
    const monitor = await openProgram(t, at('monitor'));
    for (const [index, line] of lines.entries()) {
      assert.equal(await echo(admin, line), expected[index], line);
      const refused = await echo(monitor, line);
      const faulty = expected[index]?.includes('Options') === true;
      assert.equal(refused.includes('not allowed'), !faulty, line);
      if (faulty) assert.equal(refused, expected[index], line);
    }
    assert.equal(hub.sessions().length, 2);
  });

  it('may have 1,023 bytes, and one more is refused and changes nothing', async t => {
    const daemon = await openDaemon(t, []);
    const { at } = await openHubAt(t, daemon);
    const [program, other] = [await openProgram(t, at('monitor')), await openProgram(t, at('monitor'))];
    for (let length = 760; length <= 1023; length++) {
      const line = `pid #${'x'.repeat(length - 5)}`;
      const both = await Promise.all([program.reply(line), other.reply('pid')]);
      for (const reply of both) assert.equal(reply, `SUCCESS: pid=${daemon.pid}\r\n`, String(length));
    }
    assert.equal(
      await program.reply(`pid #${'x'.repeat(1019)}`),
      'ERROR: the line has more than 1023 bytes\r\n',
    );
    program.send(`${'C'.repeat(1025)}signal SIGTERM\n`);
    assert.match(await program.until('\r\n'), /^ERROR: the line has more/);
    assert.equal(await program.reply('pid'), `SUCCESS: pid=${daemon.pid}\r\n`);
  });

  it('has the reply that it has without a hub, for every command that answers a daemon alone', async t => {
    const daemon = await openDaemon(t, ['management-hold']);
    const lines = [
      ...[
        'help',
        'version',
        'pid',
        'hold',
        'hold bogus',
        'verb',
        'mute',
        'auth-retry',
        'auth-retry bogus',
        'load-stats',
        'nclients',
      ],
      ...[
        'status',
        'status 3',
        'state',
        'state all',
        'state 0',
        'log',
        'log bogus',
        'echo all',
        'echo "on all"',
        'echo off all',
      ],
      ...[
        'bytecount',
        'bytecount x',
        'bytecount 3',
        'bytecount 0',
        'env-filter',
        'env-filter 99999999999',
        'env-filter -1x',
      ],
      ...[
        'kill',
        'kill x',
        'client-kill',
        'client-kill x',
        'client-kill 5status 3',
        'net',
        'username',
        'username Auth x',
        'password Auth x',
      ],
      ...[
        'needok x ok',
        'needstr x y',
        'cr-response x',
        'remote ACCEPT',
        'proxy NONE',
        'remote-entry-count',
        'remote-entry-get all',
      ],
      ...[
        'pk-sig',
        'rsa-sig',
        'certificate',
        'client-auth',
        'client-auth x 1',
        'client-pf 0',
        'client-auth-nt 0 1',
        'client-deny 0',
      ],
      ...[
        'client-pending-auth 0 1 x 5',
        'signal',
        'signal x',
        'bogus',
        '""',
        'PID',
        'kill "x',
        "kill 'x",
        'kill x\\',
        'kill \\x',
        `kill ${'x'.repeat(257)}`,
      ],
      ...[
        'forget-passwords',
        'push-update-broad x',
        'client-auth 0 1\nx\nEND',
        'client-auth +0 1z\n\npid\nEND',
        'hold off',
        'hold on',
        'log off',
        'state off',
      ],
    ];
    const answers = async (program: Program): Promise<string[]> => {
      await program.until('>HOLD:Waiting for hold release:0\r\n');
      const all: string[] = [];
      for (const line of lines) all.push(await program.reply(line));
      // Whatever else came would be in the way of this.
      all.push(await program.reply('pid'));
      return all.map(text => text.replace(/^Updated,.*$/m, 'Updated').replace(/^\d{10},/gm, ''));
    };
    const direct = await openProgram(t, daemon);
    const expected = await answers(direct);
    direct.socket.destroy();
    const { at } = await openHubAt(t, daemon);
    assert.deepEqual(await answers(await openProgram(t, at('admin'))), expected);
  });
});
