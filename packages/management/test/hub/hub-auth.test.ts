import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connect, hiddenConnect, openScriptedHub } from './scripted-hub.ts';

const decisions = (commands: readonly string[]) => commands.filter(line => line.startsWith('client-'));
const temporary = (cid: number) =>
  `client-deny ${cid} 1 "no program that decides is connected to the hub" "TEMP[backoff 5,advance no]:sign-in service unavailable"`;
const another = 'ERROR: another session decides about clients';
const done = (verb: string) => `SUCCESS: ${verb} command succeeded`;

describe('a client that asks to be let in', { concurrency: true }, () => {
  it('is told to everybody, and its password to who may decide', async t => {
    const { join, say } = await openScriptedHub(t);
    const [auth, ...others] = [
      await join('auth'),
      await join('monitor'),
      await join('operator'),
      await join('admin'),
    ];
    say(...connect(0), '>CLIENT:CR_RESPONSE,0,1,c2VjcmV0', '>CLIENT:ENV,END');
    await auth.expect(...connect(0), '>CLIENT:CR_RESPONSE,0,1,c2VjcmV0', '>CLIENT:ENV,END');
    for (const other of others)
      await other.expect(...hiddenConnect(0), '>CLIENT:CR_RESPONSE,0,1,[REDACTED]', '>CLIENT:ENV,END');
  });

  it('is answered once, by the session that came first', async t => {
    const { join, say, commands, events } = await openScriptedHub(t);
    const [first, second] = [await join('auth'), await join('auth')];
    say(...connect(0));
    for (const each of [first, second]) await each.expect(...connect(0));
    for (const line of [
      'client-auth-nt 0 1',
      'client-deny 0 1 "no"',
      'client-pending-auth 0 1 "WEB_AUTH::x" 60',
    ])
      assert.deepEqual(await second.ask(line), [another]);
    assert.deepEqual(await first.ask('client-pending-auth 0 1 "WEB_AUTH::x" 60'), [
      done('client-pending-auth'),
    ]);
    assert.deepEqual(await first.ask('client-auth-nt 0 1'), [done('client-auth-nt')]);
    const again = ['ERROR: client 0 (key 1) has been answered already'];
    for (const line of ['client-auth-nt 0 1', 'client-deny 0x 1 "no"', 'client-deny +0 4294967297 "no"'])
      assert.deepEqual(await first.ask(line), again);
    assert.deepEqual(decisions(commands), ['client-pending-auth 0 1 "WEB_AUTH::x" 60', 'client-auth-nt 0 1']);
    const told = events.flatMap(event =>
      event.type === 'command' ? [`${event.command}: ${event.accepted}`] : [],
    );
    assert.deepEqual(told, ['client-pending-auth 0 1: true', 'client-auth-nt 0 1: true']);
    assert.ok(
      !JSON.stringify(events, (_, value) => (typeof value === 'bigint' ? String(value) : value)).includes(
        'WEB_AUTH',
      ),
    );
  });

  it('can be answered again when the daemon did not take the answer, or asks again', async t => {
    let answers = 0;
    const answer = (line: string) =>
      line.startsWith('client-auth-nt') && answers++ === 0 ? 'ERROR: client-auth command failed' : undefined;
    const { join, say } = await openScriptedHub(t, { answer });
    const auth = await join('auth');
    say(...connect(0));
    await auth.expect(...connect(0));
    assert.deepEqual(await auth.ask('client-auth-nt 0 1'), ['ERROR: client-auth command failed']);
    assert.deepEqual(await auth.ask('client-auth-nt 0 1'), [done('client-auth-nt')]);
    say(...connect(0, 3, 'REAUTH'));
    await auth.expect(...connect(0, 3, 'REAUTH'));
    assert.deepEqual(await auth.ask('client-auth-nt 0 3'), [done('client-auth-nt')]);
    say('>CLIENT:DISCONNECT,0', '>CLIENT:ENV,END', ...connect(0));
    await auth.expect('>CLIENT:DISCONNECT,0', '>CLIENT:ENV,END', ...connect(0));
    assert.deepEqual(await auth.ask('client-auth-nt 0 1'), [done('client-auth-nt')]);
  });

  it('may be answered by an admin while nobody decides, who is not in the way of who does', async t => {
    const { join, say, hub } = await openScriptedHub(t, { whenUndecided: 'wait' });
    const admin = await join('admin');
    say(...connect(0), ...connect(1));
    await admin.expect(...hiddenConnect(0), ...hiddenConnect(1));
    assert.deepEqual(await admin.ask('client-deny 0 1 "no"'), [done('client-deny')]);
    const auth = await join('auth');
    await auth.expect(...connect(1));
    assert.deepEqual(
      hub.sessions().map(({ role, decides }) => [role, decides]),
      [
        ['admin', false],
        ['auth', true],
      ],
    );
    assert.deepEqual(await admin.ask('client-deny 1 1 "no"'), [another]);
    assert.deepEqual(await auth.ask('client-auth-nt 1 1'), [done('client-auth-nt')]);
  });
});

describe('a client that asks in the same breath as the daemon greets', { concurrency: true }, () => {
  it('is turned away for now when nobody can have heard of it', async t => {
    const { commands, event, join } = await openScriptedHub(t, {
      whenUndecided: 'deny',
      greets: session => session.send(...connect(0)),
    });
    await event('denied');
    await (await join()).ask('pid');
    assert.deepEqual(decisions(commands), [temporary(0)]);
  });

  it('is answered by a session that was kept', async t => {
    let connections = 0;
    const { daemon, commands, event, join } = await openScriptedHub(t, {
      whenLost: 'keep',
      greets(session) {
        if (connections++ > 0) session.send(...connect(0));
      },
    });
    const auth = await join('auth');
    daemon.close();
    await auth.expect(...connect(0));
    assert.deepEqual(await auth.ask('client-auth-nt 0 1'), [done('client-auth-nt')]);
    await event('upstream-up');
    assert.ok(commands.lastIndexOf('client-auth-nt 0 1') > commands.lastIndexOf('env-filter 0'));
  });
});

describe('when nobody decides', { concurrency: true }, () => {
  it('clients are turned away for now', async t => {
    const { join, say, commands, event } = await openScriptedHub(t, { whenUndecided: 'deny' });
    const monitor = await join();
    say(...connect(0));
    await monitor.expect(...hiddenConnect(0));
    assert.deepEqual(await event('denied'), { type: 'denied', cid: 0n, kid: 1n });
    await monitor.ask('pid');
    assert.deepEqual(decisions(commands), [temporary(0)]);
  });

  it('those up to 2.5, which would end on that, wait for who comes', async t => {
    for (const version of ['2.4.12', '2.5.1', '2.3.18']) {
      const { join, say, commands, events } = await openScriptedHub(t, { whenUndecided: 'deny' });
      const monitor = await join();
      const old = connect(0).map(line => line.replace('2.6.14', version));
      say(...old, ...connect(1));
      await monitor.expect(...old.map(line => line.replace('hunter2', '[REDACTED]')), ...hiddenConnect(1));
      await monitor.ask('pid');
      assert.deepEqual(decisions(commands), [temporary(1)]);
      const auth = await join('auth');
      await auth.expect(...old);
      assert.deepEqual(await auth.ask('client-auth-nt 0 1'), [done('client-auth-nt')]);
      assert.equal(events.filter(({ type }) => type === 'denied').length, 1);
    }
  });

  it('because the one that did has gone, so are those that it left behind', async t => {
    const { join, say, commands, event } = await openScriptedHub(t, { whenUndecided: 'deny' });
    const [auth, monitor] = [await join('auth'), await join()];
    say(...connect(0), ...connect(1));
    await auth.expect(...connect(0), ...connect(1));
    await auth.ask('client-auth-nt 0 1');
    auth.socket.destroy();
    await event('denied');
    await monitor.expect(...hiddenConnect(0), ...hiddenConnect(1));
    await monitor.ask('pid');
    assert.deepEqual(decisions(commands), ['client-auth-nt 0 1', temporary(1)]);
  });

  it('they wait where that is wanted, and the next to come is told of them', async t => {
    const { join, say, commands, event } = await openScriptedHub(t, { whenUndecided: 'wait' });
    const auth = await join('auth');
    say(...connect(0), ...connect(1));
    await auth.expect(...connect(0), ...connect(1));
    await auth.ask('client-auth-nt 0 1');
    auth.send('exit\n');
    await event('session-end');
    assert.deepEqual(decisions(commands), ['client-auth-nt 0 1']);
    const next = await join('auth');
    await next.expect(...connect(1));
    assert.deepEqual(await next.ask('client-auth-nt 1 1'), [done('client-auth-nt')]);
  });

  it('any more, the next in line does, and is told again of who waits', async t => {
    const { join, say, commands, hub, events } = await openScriptedHub(t, { whenUndecided: 'deny' });
    const [first, second] = [await join('auth'), await join('auth')];
    say(...connect(0));
    for (const each of [first, second]) await each.expect(...connect(0));
    assert.deepEqual(await second.ask('client-auth-nt 0 1'), [another]);
    first.send('exit\n');
    await second.expect(...connect(0));
    assert.deepEqual(
      hub.sessions().map(({ decides }) => decides),
      [true],
    );
    assert.deepEqual(await second.ask('client-auth-nt 0 1'), [done('client-auth-nt')]);
    assert.deepEqual(decisions(commands), ['client-auth-nt 0 1']);
    assert.deepEqual(
      events.flatMap(event => (event.type === 'lease' ? [event.id] : [])),
      [1, 2],
    );
  });
});

describe('a question to a client without a key, as up to 2.6.1', { concurrency: true }, () => {
  it('is for who decides', async t => {
    const { join, say } = await openScriptedHub(t);
    const [first, second] = [await join('auth'), await join('auth')];
    say(...connect(0));
    for (const each of [first, second]) await each.expect(...connect(0));
    assert.deepEqual(await second.ask('client-pending-auth 0 "WEB_AUTH::x" 60'), [another]);
    assert.deepEqual(await first.ask('client-pending-auth 0 "WEB_AUTH::x" 60'), [
      done('client-pending-auth'),
    ]);
  });
});

describe('a decision', { concurrency: true }, () => {
  it('goes before what others have asked for', async t => {
    const held = Promise.withResolvers<void>();
    const { join, say, commands, daemon } = await openScriptedHub(t, {
      answer(line) {
        if (line !== 'load-stats') return undefined;
        held.resolve();
        return [];
      },
    });
    const auth = await join('auth');
    const others = await Promise.all(Array.from({ length: 10 }, () => join()));
    say(...connect(0));
    await auth.expect(...connect(0));
    others[0]?.send('load-stats\n');
    await held.promise;
    for (const other of others.slice(1)) other.send('nclients\n');
    auth.send('pid\n');
    await others[9]?.expect(...hiddenConnect(0));
    auth.send('client-auth-nt 0 1\n');
    const late = await join('auth');
    late.send('exit\n');
    await late.ended;
    daemon.send('SUCCESS: nclients=1,bytesin=2,bytesout=3');
    await auth.expect('SUCCESS: pid=4711', done('client-auth-nt'));
    const order = commands.slice(3);
    assert.ok(order.indexOf('client-auth-nt 0 1') <= order.indexOf('pid') + 2, order.join(', '));
  });
});

describe('secrets in the log', { concurrency: true }, () => {
  it('are shown to the auth role alone, live and in the history', async t => {
    const secret = "1,D,MANAGEMENT: CMD 'cr-response c2VjcmV0'";
    const hidden = secret.replace('c2VjcmV0', '[REDACTED]');
    const answer = (line: string) => (line === 'log all' ? [secret, 'END'] : undefined);
    const { join, say } = await openScriptedHub(t, { answer });
    for (const role of ['monitor', 'operator', 'admin', 'auth'] as const) {
      const program = await join(role);
      const shown = role === 'auth' ? secret : hidden;
      program.send('log on all\n');
      await program.expect('SUCCESS: real-time log notification set to ON', shown, 'END');
      say(`>LOG:${secret}`);
      await program.expect(`>LOG:${shown}`);
    }
  });
});
