import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { greeting, until } from '@ovpnkit/lab/testing';
import { openScriptedHub } from './scripted-hub.ts';

const setUp = ['version', 'version 3', 'env-filter 0'];

describe('a program at the hub', { concurrency: true }, () => {
  it('is greeted with the daemon’s own line, and then asked what the daemon asks', async t => {
    const { say, join } = await openScriptedHub(t);
    say('>LOG:1,,x', '>HOLD:Waiting for hold release:0');
    const program = await join('monitor', { greeted: false });
    await program.expect(greeting, '>HOLD:Waiting for hold release:0');
  });

  it('is not asked what has been answered', async t => {
    const answer = (line: string) =>
      line === 'hold release' ? 'SUCCESS: hold release succeeded' : undefined;
    const { say, join } = await openScriptedHub(t, { answer });
    say('>HOLD:Waiting for hold release:0');
    const admin = await join('admin');
    await admin.expect('>HOLD:Waiting for hold release:0');
    await admin.ask('hold release');
    const program = await join();
    assert.deepEqual(await program.ask('pid'), ['SUCCESS: pid=4711']);
  });

  it('gets replies in the order of its commands, and nothing for blank lines and comments', async t => {
    const { commands, join } = await openScriptedHub(t);
    const program = await join();
    program.send('\n  \n# pid\npid\r\nstatus 2\n;x\nbogus "\n\\#\npid #x\n');
    await program.expect('SUCCESS: pid=4711', 'TITLE\tx', 'END', /^ERROR: unknown/, 'SUCCESS: pid=4711');
    assert.deepEqual(commands, [...setUp, 'pid', 'status 2', '"', 'pid #x']);
  });

  it('has its lines passed on as it wrote them', async t => {
    const { commands, join } = await openScriptedHub(t);
    const program = await join('operator');
    for (const line of ['"pid"', "  'client-kill'  5status 2", 'kill "a b" \\', 'kill \xff'])
      await program.ask(Buffer.from(line, 'latin1').toString('latin1'));
    program.send(Buffer.from([0x70, 0x69, 0x64, 0x20, 0xff, 0x0a]));
    await program.line();
    assert.deepEqual(commands.slice(3), [
      '"pid"',
      "  'client-kill'  5status 2",
      'kill "a b" \\',
      'kill ÿ',
      'pid \udcff',
    ]);
  });

  it('gets both lines that a push-update is answered with, and the next command its own', async t => {
    const updated = ['SUCCESS: 2 client(s) updated', 'SUCCESS: push-update command succeeded'];
    const answer = (line: string) => (line.startsWith('push-update') ? updated : undefined);
    const { join } = await openScriptedHub(t, { answer, management: 6, release: '2.7.8' });
    const [admin, monitor] = [await join('admin'), await join()];
    admin.send('push-update-broad "route 10.1.0.0 255.255.0.0"\npid\n');
    monitor.send('pid\n');
    await admin.expect(...updated, 'SUCCESS: pid=4711');
    await monitor.expect('SUCCESS: pid=4711');
  });

  it('hears HOLD and nothing else of a signal to a daemon of 2.5 that is held', async t => {
    const hold = '>HOLD:Waiting for hold release:0';
    const answer = (line: string) => (line === 'signal SIGUSR1' ? hold : undefined);
    const { join } = await openScriptedHub(t, { answer, management: 3, release: '2.5.1' });
    const admin = await join('admin');
    admin.send('signal SIGUSR1\npid\n');
    await admin.expect(hold, 'SUCCESS: pid=4711');
  });

  it('may not hide a command behind a backslash or a line that is too long', async t => {
    const { commands, events, join } = await openScriptedHub(t);
    const program = await join();
    const refusal = 'ERROR: command not allowed for this session (role monitor)';
    program.send(
      `signal SIGTERM \\\n"signal" 'SIGTERM'\n${'C'.repeat(1024)}signal SIGTERM\nsignal SIGTERM "\npid\n`,
    );
    await program.expect(
      refusal,
      refusal,
      'ERROR: the line has more than 1023 bytes',
      /^ERROR: unknown command/,
      'SUCCESS: pid=4711',
    );
    assert.deepEqual(commands.slice(3), ['"', 'pid']);
    assert.deepEqual(
      events.flatMap(event => (event.type === 'refused' ? [event.command] : [])),
      ['signal SIGTERM', 'signal SIGTERM', ''],
    );
  });

  it('cannot run test, whose reply has no end', async t => {
    const { commands, join } = await openScriptedHub(t);
    const admin = await join('admin');
    assert.match(
      String(await admin.ask('test 5')),
      /^ERROR: the test command is not available through a hub/,
    );
    assert.deepEqual(commands, setUp);
  });

  it('gets its replies before exit closes, and nothing behind it is run', async t => {
    const { commands, join } = await openScriptedHub(t);
    const program = await join();
    program.send('pid\nstatus\nexit\npid\n');
    await program.ended;
    assert.equal(String(program.rest), 'SUCCESS: pid=4711\r\nTITLE\tx\r\nEND\r\n');
    assert.equal(commands.filter(line => line === 'pid').length, 1);
  });

  it('gets its replies when it has closed its side already, but not for half a line', async t => {
    const { commands, join } = await openScriptedHub(t);
    const program = await join('monitor', { greeted: false });
    program.socket.end('pid\nstatus 2\nkill x');
    await program.ended;
    assert.equal(String(program.rest), `${greeting}\r\nSUCCESS: pid=4711\r\nTITLE\tx\r\nEND\r\n`);
    assert.deepEqual(commands.slice(3), ['pid', 'status 2']);
  });

  it('has its body sent in one piece, while another is still writing its own', async t => {
    const { commands, join, say } = await openScriptedHub(t);
    const [first, second] = [await join('auth'), await join('auth')];
    say('>CLIENT:CONNECT,0,1', '>CLIENT:ENV,END', '>CLIENT:CONNECT,1,1', '>CLIENT:ENV,END');
    await second.expect('>CLIENT:CONNECT,0,1', '>CLIENT:ENV,END', '>CLIENT:CONNECT,1,1', '>CLIENT:ENV,END');
    first.send('client-auth 0 1\npush "a"\n');
    second.send('client-auth 1 1\npush "b"\nEND\n');
    await second.expect('ERROR: another session decides about clients');
    first.send('push "c"\nEND\n');
    await first.expect('>CLIENT:CONNECT,0,1', '>CLIENT:ENV,END', '>CLIENT:CONNECT,1,1', '>CLIENT:ENV,END');
    await first.expect('SUCCESS: client-auth command succeeded');
    assert.deepEqual(commands.slice(3), ['client-auth 0 1', 'push "a"', 'push "c"', 'END']);
  });

  it('cannot smuggle commands in a body that the daemon would not take', async t => {
    const { commands, join } = await openScriptedHub(t);
    const auth = await join('auth');
    auth.send(
      'pk-sig\nsignal SIGTERM\nEND\nclient-pf 0\nsignal SIGTERM\nEND\nclient-auth x 1\nsignal SIGTERM\n',
    );
    const refusal = 'ERROR: command not allowed for this session (role auth)';
    await auth.expect('ERROR: The pk-sig command is not currently available', refusal, refusal);
    await auth.expect(/^ERROR: unknown/, refusal, refusal);
    await auth.expect(/^ERROR: unknown/, refusal);
    assert.deepEqual(commands.slice(3), ['client-pf 0', 'client-auth x 1']);
  });

  it('answers a signature once: who comes second is told that nothing is asked', async t => {
    const { commands, join, say } = await openScriptedHub(t);
    const [first, second] = [await join('auth'), await join('admin')];
    await first.ask('env-filter 0');
    await second.ask('version');
    say('>PK_SIGN:eA==,RSA_PKCS1_PADDING');
    await first.expect('>RSA_SIGN:eA==');
    await second.expect('>RSA_SIGN:eA==');
    first.send('rsa-sig\nc2ln\nEND\n');
    second.send('pk-sig\nc2ln\nEND\n');
    await first.expect('SUCCESS: rsa-sign command succeeded');
    await second.expect('ERROR: The pk-sig command is not currently available');
    assert.equal(commands.filter(line => line === 'END').length, 1);
  });

  it('sees notifications between its replies, never inside one', async t => {
    const block = [
      '>CLIENT:ESTABLISHED,0',
      '>CLIENT:ENV,END',
      'TITLE\tx',
      '>BYTECOUNT_CLI:0,1,2',
      '>INFO:x',
      'END',
    ];
    const { join } = await openScriptedHub(t, { answer: line => (line === 'status 2' ? block : undefined) });
    const [program, other] = [await join(), await join()];
    const told = ['>CLIENT:ESTABLISHED,0', '>CLIENT:ENV,END'];
    assert.deepEqual(await program.ask('status 2'), [...told, 'TITLE\tx', 'END']);
    await program.expect('>INFO:x');
    await other.expect(...told, '>INFO:x');
  });

  it('may send whatever it likes: it hurts nobody', async t => {
    const { join, hub } = await openScriptedHub(t);
    const other = await join('admin');
    const pieces = ['client-auth 0 1\n', 'END\n', 'pk-sig\n', '"', "'", '\\', '\n', '\r\n', '\0', 'log on all\n', 'state on off\n', 'bytecount -1\n', 'version 99\n', 'env-filter 2\n', 'x'.repeat(2000), 'ü', '>LOG:x\n', 'hub-status\n', 'exit now please ', 'test 1\n']; // biome-ignore format: one line
    const random = (count: number) => Math.floor(Math.random() * count);
    for (let round = 0; round < 30; round++) {
      const program = await join(round % 2 ? 'auth' : 'monitor');
      const noise = Array.from({ length: 200 }, () =>
        random(5) === 0
          ? Buffer.from(Array.from({ length: 20 }, () => random(256)))
          : Buffer.from(pieces[random(pieces.length)] ?? ''),
      );
      program.send(Buffer.concat(noise));
      if (random(2) === 0) program.socket.end();
      assert.deepEqual(await other.ask('pid'), ['SUCCESS: pid=4711']);
      program.socket.destroy();
    }
    await until(
      'the other is alone',
      () => hub.sessions().length <= 1,
      () => other.ask('pid'),
    );
  });
});
