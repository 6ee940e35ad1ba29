import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { greeting, until } from '@ovpnkit/lab/testing';
import { statusLines } from '../recordings.ts';
import { openScriptedHub } from './scripted-hub.ts';

const base = statusLines('server-1client-v3');

/** A status of so many clients, in the bytes of a real one. */
function statusOf(clients: number): string[] {
  const row = base.find(line => line.startsWith('CLIENT_LIST')) ?? '';
  const rows = Array.from({ length: clients }, (_, index) => row.replace('client1', `client${index}`));
  return [...base.flatMap(line => (line === row ? rows : [line])), 'END'];
}

describe('many programs', { concurrency: true }, () => {
  it('that come, ask and vanish leave nothing behind', async t => {
    const { join, hub, commands, events } = await openScriptedHub(t);
    const watcher = await join();
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const program = await join(index % 2 ? 'auth' : 'operator', { greeted: index % 3 !== 0 });
          program.send('log on all\nstate on\nbytecount 1\nversion 3\nclient-auth 5 1\nhalf a body');
          if (index % 4 === 1) program.socket.end();
          else program.socket.destroy();
          if (index % 4 === 1) await program.ended;
        }),
      );
    }
    const ask = () => watcher.ask('pid');
    await until('the watcher is alone', () => hub.sessions().length <= 1, ask);
    const settled = (): string => {
      const last = (verb: string) => commands.findLast(line => line.startsWith(`${verb} o`)) ?? `${verb} off`;
      const pace = commands.findLast(line => line.startsWith('bytecount')) ?? 'bytecount 0';
      return [last('log'), last('state'), pace].join(', ');
    };
    await ask();
    await until('all is switched off', () => settled() === 'log off, state off, bytecount 0', ask);
    const of = (type: string) => events.filter(event => event.type === type).length;
    assert.equal(of('session-start') - 1, of('session-end'));
    assert.equal(hub.sessions()[0]?.decides, false);
    // Sockets that are open on this side: the watcher's two ends, and the two of the connection to the daemon.
    const open = () => process.getActiveResourcesInfo().filter(name => name === 'PipeWrap').length;
    await until('the sockets are closed', () => open() <= 40, ask);
  });

  it('see 10,000 clients at once, each the same bytes', async t => {
    const status = statusOf(10_000);
    const { join } = await openScriptedHub(t, { answer: line => (line === 'status 3' ? status : undefined) });
    const programs = await Promise.all(Array.from({ length: 5 }, () => join()));
    const expected = Buffer.from(status.map(line => `${line}\r\n`).join(''));
    await Promise.all(
      programs.map(async program => {
        program.send('status 3\npid\n');
        assert.ok((await program.bytes(expected.length)).equals(expected));
        await program.expect('SUCCESS: pid=4711');
      }),
    );
  });

  it('have their turns while one of them floods', async t => {
    const { join, commands } = await openScriptedHub(t);
    const [flooding, other] = [await join(), await join()];
    flooding.send('status 2\n'.repeat(5000));
    await flooding.expect('TITLE\tx');
    const before = commands.length;
    for (let turn = 0; turn < 20; turn++) await other.ask('pid');
    const between = commands.slice(before).filter(line => line === 'status 2').length;
    assert.ok(between < 1000, `${between} commands of the other went before 20 of this`);
  });

  it('are let in up to a number, and the others told nothing', async t => {
    const { join, event, hub } = await openScriptedHub(t, { listener: { maxSessions: 3 } });
    const programs = [await join(), await join(), await join()];
    const late = await join('monitor', { greeted: false });
    await late.ended;
    assert.equal(late.rest.length, 0);
    assert.equal((await event('turned-away')).problem, '3 programs are connected here already');
    programs[0]?.socket.destroy();
    await until(
      'the first has left',
      () => hub.sessions().length <= 2,
      async () => programs[1]?.ask('pid'),
    );
    const next = await join('monitor', { greeted: false });
    await next.expect(greeting);
  });

  it('are listed with what they do, in the program and by a command', async t => {
    const { join, hub, event } = await openScriptedHub(t);
    const [monitor, auth] = [await join(), await join('auth')];
    await monitor.ask('pid');
    await monitor.ask('verb 5');
    const [line = '', end] = await monitor.ask('hub-status', /^END$/);
    assert.equal(end, 'END');
    const told = JSON.parse(line);
    const listed = hub.sessions();
    assert.equal(told.connected, true);
    assert.deepEqual(
      told.sessions.map(({ role }: { role: string }) => role),
      ['monitor', 'auth'],
    );
    assert.deepEqual(Object.keys(told.sessions[0]).sort(), ['bytesSent', 'bytesWaiting', 'commands', 'decides', 'dropped', 'id', 'listener', 'role', 'since']); // biome-ignore format: one line
    assert.deepEqual(
      listed.map(({ id, role, commands, dropped, bytesWaiting, decides }) => ({
        id,
        role,
        commands,
        dropped,
        bytesWaiting,
        decides,
      })),
      [
        { id: 1, role: 'monitor', commands: 3, dropped: 0, bytesWaiting: 0, decides: false },
        { id: 2, role: 'auth', commands: 0, dropped: 0, bytesWaiting: 0, decides: true },
      ],
    );
    assert.equal(listed[1]?.bytesSent, greeting.length + 2);
    const refused = await event('refused');
    assert.deepEqual(refused, {
      type: 'refused',
      id: 1,
      command: 'verb 5',
      problem: 'not allowed for role monitor',
    });
    auth.send('exit\n');
    const ended = await event('session-end');
    assert.deepEqual(ended, { type: 'session-end', id: 2, problem: undefined, commands: 1, bytesSent: greeting.length + 2, dropped: 0 }); // biome-ignore format: one line
  });
});

describe('hostile names', { concurrency: true }, () => {
  const names = [
    '>LOG:evil',
    'ERROR: x',
    'SUCCESS: x',
    'END ',
    'a"b\\c',
    "it's",
    'عمر‮x',
    '\xff\xfe',
    '>CLIENT:ENV,END',
    '>HOLD:x',
  ];

  it('pass as they are, in replies and in events', async t => {
    const rows = [
      'OpenVPN CLIENT LIST',
      ...names.map(name => `${name},10.0.0.1:1,1,1,2026-11-21 00:00:00`),
      'END',
    ];
    const latin = (lines: readonly string[]) => Buffer.concat(lines.map(line => Buffer.concat([line.includes('\xff') ? Buffer.from(line, 'latin1') : Buffer.from(line), Buffer.from('\r\n')]))); // biome-ignore format: one line
    const { join, daemon } = await openScriptedHub(t, {
      answer(line, session) {
        if (line !== 'status 1') return undefined;
        session.send(latin(rows));
        return [];
      },
    });
    const programs = [await join(), await join('auth')];
    const event = [
      '>CLIENT:ESTABLISHED,0',
      ...names.map(name => `>CLIENT:ENV,common_name=${name}`),
      '>CLIENT:ENV,END',
    ];
    for (const program of programs) {
      program.send('status 1\n');
      assert.deepEqual(await program.bytes(latin(rows).length), latin(rows));
    }
    daemon.send(latin(event));
    for (const program of programs) assert.deepEqual(await program.bytes(latin(event).length), latin(event));
  });
});
