import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { CommandError, ParseError } from '../src/index.ts';
import { connected } from './connected.ts';
import { statusLines } from './recordings.ts';

/** A client of a daemon that has these answers. */
const answered = (t: TestContext, answers: Record<string, string | readonly string[]>) =>
  connected(t, session => session.answer(answers));

describe('an answer', () => {
  it('is a value', async t => {
    const client = await answered(t, {
      help: ['Commands:', 'pid : x', 'END'],
      pid: 'SUCCESS: pid=4711',
      hold: 'SUCCESS: hold=1',
      verb: 'SUCCESS: verb=3',
      mute: 'SUCCESS: mute=0',
      'auth-retry': 'SUCCESS: auth-retry=interact',
      'load-stats': 'SUCCESS: nclients=2,bytesin=18446744073709551615,bytesout=3',
      nclients: 'SUCCESS: nclients=12',
      state: ['1795289010,CONNECTED,SUCCESS,10.77.0.2,10.99.0.1,1194,,,fd77::1000', 'END'],
      'state all': ['1,CONNECTING,,,,,,', '2,WAIT,,,,,,', 'END'],
      'log 1': ['1,I,a,b', 'END'],
      'echo on all': ['SUCCESS: on', '1,setenv A b', 'END'],
      'remote-entry-count': ['4', 'END'],
      'remote-entry-get all': [
        '0,vpn1.example.com,1194,udp,enabled',
        '1,fd99::1,443,tcp-client,disabled',
        'END',
      ],
      'remote-entry-get 9': ['END'],
      'status 3': [...statusLines('server-1client-v3'), 'END'],
      'status 1': [...statusLines('server-1client-v1'), 'END'],
    });
    assert.deepEqual(await client.help(), ['Commands:', 'pid : x']);
    assert.equal(await client.pid(), 4711);
    assert.equal(await client.hold(), true);
    assert.equal(await client.verb(), 3);
    assert.equal(await client.mute(), 0);
    assert.equal(await client.authRetry(), 'interact');
    assert.deepEqual(await client.loadStats(), { clients: 2, bytesIn: 18446744073709551615n, bytesOut: 3n });
    assert.equal(await client.nclients(), 12);
    assert.equal((await client.state()).name, 'CONNECTED');
    assert.deepEqual(
      (await client.state('all')).map(state => state.name),
      ['CONNECTING', 'WAIT'],
    );
    assert.equal((await client.log(1))[0]?.text, 'a,b');
    assert.equal((await client.echo('on', 'all'))[0]?.text, 'setenv A b');
    assert.equal(await client.remoteEntryCount(), 4);
    const [first, second] = await client.remoteEntryGet('all');
    assert.deepEqual(first, {
      index: 0,
      host: 'vpn1.example.com',
      port: '1194',
      protocol: 'udp',
      enabled: true,
    });
    assert.deepEqual([second?.host, second?.enabled], ['fd99::1', false]);
    assert.deepEqual(await client.remoteEntryGet(9), []);
    for (const format of [3, 1] as const) {
      const status = await client.status(format);
      assert.ok(status.mode === 'server' && status.clients.length === 1);
    }
  });

  it('that makes no sense is a ParseError, and the connection goes on', async t => {
    const client = await answered(t, {
      pid: 'SUCCESS: process=1',
      verb: 'SUCCESS: verb=high',
      'load-stats': 'SUCCESS: nclients=1',
      state: ['END'],
      'state all': ['1,CONNECTING,,,,,,', 'nonsense', 'END'],
      'log all': ['nonsense', 'END'],
      version: ['END'],
      'status 3': ['END'],
      'remote-entry-count': ['END'],
      hold: 'SUCCESS: hold=0',
    });
    const senseless = [
      () => client.pid(),
      () => client.verb(),
      () => client.loadStats(),
      () => client.state(),
      () => client.state('all'),
      () => client.log('all'),
      () => client.version(),
      () => client.status(),
      () => client.remoteEntryCount(),
    ];
    for (const call of senseless) await assert.rejects(call(), ParseError);
    assert.equal(await client.hold(), false);
  });

  it('that is an ERROR is a CommandError with the command, the words and the lines before them', async t => {
    const client = await answered(t, {
      'auth-retry none': ["--auth-retry method must be 'interact'", 'ERROR: bad auth-retry parameter'],
    });
    await assert.rejects(client.authRetry('none'), (error: unknown) => {
      assert.ok(error instanceof CommandError);
      const { command, text, lines } = error;
      assert.deepEqual(
        { command, text, lines },
        {
          command: 'auth-retry none',
          text: 'bad auth-retry parameter',
          lines: ["--auth-retry method must be 'interact'"],
        },
      );
      return true;
    });
  });

  it('to exit is that the daemon closes', async t => {
    const client = await connected(t, async session => {
      await session.expect('exit');
      session.close();
    });
    await client.exit();
    assert.equal((await client.closed)?.reason, 'closed');
  });

  it('comes to a command that was sent from inside a handler', async t => {
    const client = await connected(t, async session => {
      session.send('>HOLD:Waiting for hold release:0');
      await session.expect('hold release');
      session.send('SUCCESS: hold release succeeded', '>STATE:1,CONNECTING,,,,,,');
      await session.expect('pid');
      session.send('SUCCESS: pid=1');
    });
    client.on('HOLD', () => client.hold('release'));
    for await (const event of client) {
      if (event.type !== 'STATE') continue;
      assert.equal(await client.pid(), 1);
      break;
    }
  });
});
