import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '@ovpnkit/lab/testing';
import { openScriptedHub } from './scripted-hub.ts';

const switching = (commands: readonly string[]) =>
  commands.filter(
    line => /^(?:state|log|echo|bytecount) (?:on|off|\d+)$/.test(line) && !/^log \d/.test(line),
  );

describe('what a session switches on', { concurrency: true }, () => {
  it('is its own: others stay quiet, and the daemon is told once', async t => {
    const { join, say, commands } = await openScriptedHub(t);
    const [first, second, quiet] = [await join(), await join(), await join()];
    for (const each of [first, second])
      assert.deepEqual(await each.ask('log on'), ['SUCCESS: real-time log notification set to ON']);
    say('>LOG:1,,x', '>STATE:1,y', '>INFO:z');
    await first.expect('>LOG:1,,x', '>INFO:z');
    await second.expect('>LOG:1,,x', '>INFO:z');
    await quiet.expect('>INFO:z');
    assert.deepEqual(await first.ask('log off'), ['SUCCESS: real-time log notification set to OFF']);
    assert.deepEqual(switching(commands), ['log on']);
    second.send('exit\n');
    await second.ended;
    await quiet.ask('pid');
    await quiet.ask('pid');
    assert.deepEqual(switching(commands), ['log on', 'log off']);
  });

  it('begins exactly where its history ends, also when the daemon writes both at once', async t => {
    const said = ['>LOG:1,,before', '1,,before', 'END', '>LOG:2,,after', '>LOG:3,,after'];
    const atOnce = Buffer.from(said.map(line => `${line}\r\n`).join(''));
    const { join } = await openScriptedHub(t, {
      answer(line, daemon) {
        if (line !== 'log all') return undefined;
        daemon.send(atOnce);
        return [];
      },
    });
    const on = 'SUCCESS: real-time log notification set to ON';
    for (const command of ['log on all', 'log all on']) {
      const program = await join();
      program.send(`${command}\n`);
      const [reply, history] = [[on], ['1,,before', 'END']];
      await program.expect(...(command === 'log on all' ? [...reply, ...history] : [...history, ...reply]));
      await program.expect('>LOG:2,,after', '>LOG:3,,after');
      program.send(`${command}\n`);
      // It was told already, as it would be without a hub; what comes while it is answered it sees once.
      const lines: string[] = [];
      while (lines.filter(line => line.includes('after')).length < 2) lines.push(await program.line());
      assert.equal(lines.filter(line => line.startsWith('>LOG:1')).length <= 1, true);
      assert.deepEqual(lines.slice(-2), ['>LOG:2,,after', '>LOG:3,,after']);
      program.send('exit\n');
      await program.ended;
    }
  });

  it('has every form that the daemon knows', async t => {
    const { join, commands } = await openScriptedHub(t);
    const program = await join();
    const [on, off] = ['ON', 'OFF'].map(word => `SUCCESS: real-time echo notification set to ${word}`);
    for (const [command, ...reply] of [
      ['echo on', on],
      ['echo off', off],
      ['echo on off', on, off],
      ['echo off on extra', off, on],
      ['echo 5', '1,,x', 'END'],
      ['echo all 5', '1,,x', 'END', '1,,x', 'END'],
      ['echo off all', off, '1,,x', 'END'],
    ]) {
      program.send(`${command}\n`);
      await program.expect(...(reply as string[]));
    }
    assert.deepEqual(await program.ask('echo'), ["ERROR: the 'echo' command requires at least 1 parameter"]);
    assert.equal(commands.at(-1), 'echo');
    // The last word counts, and one that the daemon must judge is passed on as it was.
    program.send('echo "on  off" off\n');
    await program.expect('1,,x', 'END', off ?? '');
    assert.ok(commands.includes('echo "on  off"'));
  });

  it('cannot keep the daemon counting', async t => {
    const { join, commands } = await openScriptedHub(t);
    const program = await join();
    program.send('log 2147483647\nlog 1000000\necho off 2147483647\n');
    await program.expect('1,,x', 'END', '1,,x', 'END', /OFF$/, '1,,x', 'END');
    assert.deepEqual(commands.slice(3), ['log all', 'log 1000000', 'echo all']);
  });

  it('is switched off at the daemon when a program goes before it was on', async t => {
    const { join, commands } = await openScriptedHub(t);
    const watcher = await join();
    for (let round = 0; round < 20; round++) {
      const program = await join();
      program.send('log on\nstate on all\nbytecount 1\n');
      program.socket.destroy();
    }
    const isOff = (): boolean => {
      const last = new Map(switching(commands).map(line => line.split(' ') as [string, string]));
      return [...last.values()].every(value => value === 'off' || value === '0');
    };
    await watcher.ask('pid');
    await until('all is switched off', isOff, () => watcher.ask('pid'));
    assert.equal(watcher.rest.length, 0);
  });
});

describe('the counters of several programs', { concurrency: true }, () => {
  it('come as often as the most eager one wants, and to each as it asked', async t => {
    const { join, say, commands, event } = await openScriptedHub(t);
    const [eager, patient, none] = [await join(), await join(), await join()];
    const changed = ['SUCCESS: bytecount interval changed'];
    assert.deepEqual(await patient.ask('bytecount 60'), changed);
    assert.deepEqual(await eager.ask('bytecount 1'), changed);
    for (const count of [1, 2, 3]) say(`>BYTECOUNT_CLI:0,${count},0`, `>BYTECOUNT_CLI:1,${count},0`);
    say('>INFO:x');
    for (const count of [1, 2, 3])
      await eager.expect(`>BYTECOUNT_CLI:0,${count},0`, `>BYTECOUNT_CLI:1,${count},0`);
    await patient.expect('>BYTECOUNT_CLI:0,1,0', '>BYTECOUNT_CLI:1,1,0', '>INFO:x');
    await none.expect('>INFO:x');
    eager.socket.destroy();
    await event('session-end');
    await patient.ask('bytecount 0');
    await none.ask('pid');
    assert.deepEqual(switching(commands), ['bytecount 60', 'bytecount 1', 'bytecount 60', 'bytecount 0']);
  });

  it('are asked for with whatever number the daemon would read', async t => {
    const { join, commands } = await openScriptedHub(t);
    const program = await join();
    for (const word of ['2x', '-5', 'x', '99999999999']) await program.ask(`bytecount ${word}`);
    assert.deepEqual(switching(commands), ['bytecount 2', 'bytecount 0', 'bytecount 1215752191']);
  });
});

describe('version and env-filter', { concurrency: true }, () => {
  it('are the session’s own, and the daemon keeps the highest and 0', async t => {
    const { join, say, commands } = await openScriptedHub(t);
    const [old, second, newest] = [await join(), await join(), await join()];
    second.send('version 2\n');
    newest.send('version 3\nversion 99\n');
    for (const each of [old, second, newest]) await each.ask('pid');
    say('>PK_SIGN:eA==,RSA_PKCS1_PADDING');
    await old.expect('>RSA_SIGN:eA==');
    await second.expect('>PK_SIGN:eA==');
    await newest.expect('>PK_SIGN:eA==,RSA_PKCS1_PADDING');
    assert.deepEqual(await old.ask('env-filter 2x'), ['SUCCESS: env_filter_level=2']);
    assert.deepEqual(await old.ask('env-filter'), ['SUCCESS: env_filter_level=0']);
    assert.deepEqual(await old.ask('env-filter -1'), ['SUCCESS: env_filter_level=-1']);
    assert.deepEqual(commands.slice(0, 3), ['version', 'version 3', 'env-filter 0']);
    assert.deepEqual(
      commands.slice(3).filter(line => line !== 'pid'),
      [],
    );
  });

  it('raise the daemon’s version only for programs that may answer', async t => {
    const { join, commands } = await openScriptedHub(t, { release: '2.7.2' });
    const [monitor, auth] = [await join('monitor'), await join('auth')];
    assert.deepEqual(await monitor.ask('version 5'), ['SUCCESS: Management client version set to 5']);
    auth.send('version 3\n');
    assert.deepEqual(await auth.ask('version 4'), ['SUCCESS: Management client version set to 4']);
    assert.deepEqual(
      commands.filter(line => line.startsWith('version ')),
      ['version 3', 'version 4'],
    );
  });

  it('are not announced to daemons that do not know versions', async t => {
    const { join, commands } = await openScriptedHub(t, { management: 1, release: '2.4.9', answer: line => (line === 'version 3' ? ['OpenVPN Version: x', 'Management Version: 1', 'END'] : undefined) }); // biome-ignore format: one line
    assert.deepEqual(commands, ['version', 'env-filter 0']);
    const program = await join('monitor', { greeted: false });
    await program.expect(/Version 1 --/);
    assert.deepEqual(await program.ask('version 3'), ['OpenVPN Version: x', 'Management Version: 1', 'END']);
  });
});
