import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TimeoutError } from '../src/index.ts';
import type { Session } from '../src/testing/index.ts';
import { stopClock } from './clock.ts';
import { because, connected, take } from './connected.ts';

const commandTimeoutMs = 250;

const timesOut = (command: string) => (error: unknown) =>
  error instanceof TimeoutError && error.command === command && error.timeoutMs === commandTimeoutMs;

describe('commands', () => {
  it('are sent one after the other, each when the one before has its reply', async t => {
    const client = await connected(t, async session => {
      await session.expect('pid');
      session.send('SUCCESS: pid=1');
      await session.expect('verb');
      session.send('SUCCESS: verb=3');
      await session.expect('hold');
      session.send('SUCCESS: hold=0');
    });
    assert.deepEqual(await Promise.all([client.pid(), client.verb(), client.hold()]), [1, 3, false]);
  });

  it('let notifications pass between a command and its reply', async t => {
    const client = await connected(t, async session => {
      await session.expect('kill client1');
      session.send('>CLIENT:DISCONNECT,0', '>CLIENT:ENV,END', "SUCCESS: common name 'client1' found");
      await session.expect('status 3');
      session.send(
        'TITLE\tx',
        '>BYTECOUNT_CLI:1,2,3',
        'TIME\tx\t1',
        '>CLIENT:ESTABLISHED,0',
        '>CLIENT:ENV,x=END',
        '>CLIENT:ENV,END',
        'END',
      );
    });
    await client.kill('client1');
    await client.status();
    const events = await take(client.events(), 3);
    assert.deepEqual(
      events.map(event => ('kind' in event ? event.kind : event.type)),
      ['DISCONNECT', 'BYTECOUNT_CLI', 'ESTABLISHED'],
    );
  });

  it('are refused when too many wait, and those that wait are answered', async t => {
    let release = (): void => {};
    const go = new Promise<void>(resolve => (release = resolve));
    const script = async (session: Session) => {
      await go;
      await session.answer({ pid: 'SUCCESS: pid=1' });
    };
    const client = await connected(t, script, { maxQueuedCommands: 2 });
    const sent = [client.pid(), client.pid(), client.pid()];
    await assert.rejects(
      client.pid(),
      (error: unknown) => error instanceof RangeError && /'pid' was not sent/.test(error.message),
    );
    release();
    assert.deepEqual(await Promise.all(sent), [1, 1, 1]);
  });

  it('make an event of a line that nobody asked for', async t => {
    const client = await connected(t, session => session.send('what is this'));
    assert.deepEqual(await client.once('unknown'), { type: 'unknown', line: 'what is this' });
  });
});

describe('a command without an answer in time', () => {
  it('is a TimeoutError; its late answer is skipped and the next command has its own', async t => {
    const script = async (session: Session) => {
      await session.expect('verb', 'pid');
      session.send('SUCCESS: verb=99', 'SUCCESS: pid=1');
      await session.expect('mute');
      session.send('SUCCESS: mute=5');
    };
    const clock = stopClock(t);
    const client = await connected(t, script, { commandTimeoutMs });
    const [verb, mute] = [client.verb(), client.mute()];
    clock.pass(commandTimeoutMs);
    await assert.rejects(verb, timesOut('verb'));
    assert.equal(await mute, 5);
  });

  it('may be `pid` itself: then another question follows it', async t => {
    const script = async (session: Session) => {
      await session.expect('pid', 'hold');
      session.send('SUCCESS: pid=1', 'SUCCESS: hold=0');
      await session.expect('pid');
      session.send('SUCCESS: pid=2');
    };
    const clock = stopClock(t);
    const client = await connected(t, script, { commandTimeoutMs });
    const pid = client.pid();
    clock.pass(commandTimeoutMs);
    await assert.rejects(pid, timesOut('pid'));
    assert.equal(await client.pid(), 2);
  });

  it('may be a block whose END never comes', async t => {
    const script = async (session: Session) => {
      await session.expect('status 3');
      session.send('TITLE\tx', 'TIME\tx\t1', '>HOLD:x');
      await session.expect('pid');
      session.send('SUCCESS: pid=1');
      await session.expect('verb');
      session.send('SUCCESS: verb=3');
    };
    const clock = stopClock(t);
    const client = await connected(t, script, { commandTimeoutMs });
    const status = client.status();
    await client.once('HOLD');
    clock.pass(commandTimeoutMs);
    await assert.rejects(status, timesOut('status 3'));
    assert.equal(await client.verb(), 3);
  });

  it('lets notifications pass that come before its late answer', async t => {
    const script = async (session: Session) => {
      await session.expect('verb', 'pid');
      session.send('>HOLD:a', 'SUCCESS: verb=3', '>HOLD:b', 'SUCCESS: pid=1', '>HOLD:c');
    };
    const clock = stopClock(t);
    const client = await connected(t, script, { commandTimeoutMs });
    const verb = client.verb();
    clock.pass(commandTimeoutMs);
    await assert.rejects(verb, TimeoutError);
    const events = await take(client.events(), 3);
    assert.deepEqual(
      events.map(event => 'text' in event && event.text),
      ['a', 'b', 'c'],
    );
  });

  it('does not let the late rows of status 1 pass for notifications', async t => {
    const script = async (session: Session) => {
      await session.expect('status 1');
      session.send('OpenVPN CLIENT LIST', 'Updated,2026-11-21 19:37:13');
      await session.expect('pid');
      session.send('>FATAL:evil,10.0.0.1:1,1,2,2026-11-21 19:37:13', 'END', '>HOLD:x', 'SUCCESS: pid=1');
    };
    const clock = stopClock(t);
    const begun = Promise.withResolvers<void>();
    const client = await connected(t, script, {
      commandTimeoutMs,
      onBytes: (_, chunk) => void (Buffer.from(chunk).includes('Updated') && begun.resolve()),
    });
    const status = client.status(1);
    await begun.promise;
    clock.pass(commandTimeoutMs);
    await assert.rejects(status, TimeoutError);
    assert.deepEqual(await take(client.events(), 1), [{ type: 'HOLD', text: 'x', wait: undefined }]);
  });

  it('does not let a late PKCS#11 reply pass for an event', async t => {
    const script = async (session: Session) => {
      await session.expect('pkcs11-id-count', 'pid');
      session.send('>PKCS11ID-COUNT:1', 'SUCCESS: pid=1', '>HOLD:x');
    };
    const clock = stopClock(t);
    const client = await connected(t, script, { commandTimeoutMs, pkcs11: true });
    const count = client.pkcs11IdCount();
    clock.pass(commandTimeoutMs);
    await assert.rejects(count, TimeoutError);
    assert.deepEqual(await take(client.events(), 1), [{ type: 'HOLD', text: 'x', wait: undefined }]);
  });

  it('ends the connection when the daemon answers nothing at all any more', async t => {
    const clock = stopClock(t);
    const client = await connected(t, undefined, { commandTimeoutMs });
    const sent = Promise.allSettled([client.verb(), client.mute()]);
    clock.pass(commandTimeoutMs);
    clock.pass(commandTimeoutMs);
    const [first, second] = await sent;
    assert.ok(first.status === 'rejected' && timesOut('verb')(first.reason));
    assert.ok(second.status === 'rejected' && because('protocol')(second.reason));
    const error = await client.closed;
    assert.equal(error?.reason, 'protocol');
    assert.match(error.message, /no longer answers, not even 'pid'/);
  });
});
