import assert from 'node:assert/strict';
import { connect as dial } from 'node:net';
import { describe, it } from 'node:test';
import { stopClock } from '../clock.ts';
import { openScriptedHub } from './scripted-hub.ts';

/** The second answer to `status 2` and all later ones are whole. */
function breaksOnce(how: (daemon: { send(...lines: string[]): void; close(): void }) => void) {
  let broken = false;
  return (line: string, daemon: { send(...lines: string[]): void; close(): void }) => {
    if (line !== 'status 2' || broken) return undefined;
    broken = true;
    how(daemon);
    return [];
  };
}

const breaksOff = breaksOnce.bind(undefined, daemon => {
  daemon.send('TITLE\tx', 'CLIENT_LIST\ta');
  daemon.close();
});

describe('a daemon that vanishes in the middle of a reply', { concurrency: true }, () => {
  it('takes the sessions along, as it would without a hub', async t => {
    const { join } = await openScriptedHub(t, { answer: breaksOff() });
    const [program, other] = [await join(), await join()];
    program.send('status 2\npid\n');
    await program.ended;
    assert.equal(String(program.rest), 'TITLE\tx\r\nCLIENT_LIST\ta\r\n');
    await other.ended;
    assert.equal(other.rest.length, 0);
  });

  it('leaves sessions that are kept with one complete answer for each command', async t => {
    const { join, event, hub } = await openScriptedHub(t, { answer: breaksOff(), whenLost: 'keep' });
    const [program, other] = [await join(), await join()];
    program.send('status 2\npid\n');
    await program.expect(
      'TITLE\tx',
      'CLIENT_LIST\ta',
      'ERROR: daemon not connected',
      'END',
      'ERROR: daemon not connected',
    );
    await event('upstream-up');
    assert.equal(hub.connected, true);
    for (const each of [program, other]) assert.deepEqual(await each.ask('status 2'), ['TITLE\tx', 'END']);
  });
});

// One after the other: there is one clock.
describe('a reply without its end', () => {
  it('is ended with an error, and the next command has its own reply', async t => {
    const answer = breaksOnce(daemon => daemon.send('TITLE\tx', 'CLIENT_LIST\ta'));
    const clock = stopClock(t);
    const { join } = await openScriptedHub(t, { answer });
    const [program, other] = [await join(), await join()];
    program.send('status 2\nload-stats\nstatus 2\n');
    await program.expect('TITLE\tx', 'CLIENT_LIST\ta');
    clock.pass(1000); // of silence, after which 'pid' is asked and answered
    await program.expect('ERROR: the daemon lost the rest of its answer', 'END');
    await program.expect(/^ERROR: unknown command/, 'TITLE\tx', 'END');
    assert.deepEqual(await other.ask('pid'), ['SUCCESS: pid=4711']);
  });

  it('is an error alone when nothing of it came', async t => {
    const asked = Promise.withResolvers<void>();
    const answer = breaksOnce(() => asked.resolve());
    const clock = stopClock(t);
    const { join } = await openScriptedHub(t, { answer, upstream: { commandTimeoutMs: 100 } });
    const program = await join();
    program.send('status 2\npid\n');
    await asked.promise;
    clock.pass(100);
    await program.expect('ERROR: the daemon did not answer in time', 'SUCCESS: pid=4711');
  });
});

describe('what nobody asked for', { concurrency: true }, () => {
  it('is passed on when it is a notification, and is nobody’s otherwise', async t => {
    const { join, say } = await openScriptedHub(t);
    const program = await join();
    say('END', 'SUCCESS: pid=1', 'ERRORS,x', '>INFO:x', 'ERROR: x', '>NOTIFY:info,remote-exit,EXIT');
    await program.expect('>INFO:x', '>NOTIFY:info,remote-exit,EXIT');
    assert.deepEqual(await program.ask('pid'), ['SUCCESS: pid=4711']);
  });

  it('is dropped when the daemon goes in the middle of it', async t => {
    const { join, say, daemon, event } = await openScriptedHub(t, { whenLost: 'keep' });
    const program = await join();
    say('>CLIENT:ESTABLISHED,0', '>CLIENT:ENV,n_clients=1');
    daemon.close();
    await event('upstream-up');
    say('>CLIENT:ESTABLISHED,0', '>CLIENT:ENV,END');
    await program.expect('>CLIENT:ESTABLISHED,0', '>CLIENT:ENV,END');
  });
});

describe('while the daemon is gone', { concurrency: true }, () => {
  it('nobody can connect, and everybody can again when it is back', async t => {
    const { join, daemon, event, hub } = await openScriptedHub(t);
    const program = await join();
    daemon.close();
    await program.ended;
    const refused = await new Promise<NodeJS.ErrnoException>(resolve =>
      dial(hub.listeners[0]?.address ?? '').once('error', resolve),
    );
    assert.equal(refused.code, 'ENOENT');
    await event('upstream-up');
    assert.deepEqual(await (await join()).ask('pid'), ['SUCCESS: pid=4711']);
  });

  it('kept sessions get errors, can leave, and have what they switched on when it is back', async t => {
    let ready = Promise.resolve();
    const { join, daemon, commands, say, event, hub } = await openScriptedHub(t, {
      whenLost: 'keep',
      ready: () => ready,
    });
    const [program, leaving] = [await join(), await join()];
    await program.ask('log on');
    await program.ask('bytecount 5');
    await leaving.ask('state on');
    const back = Promise.withResolvers<void>();
    ready = back.promise;
    daemon.close();
    await event('upstream-down');
    for (const line of ['pid', 'state on all', 'bytecount 1', 'log off'])
      assert.deepEqual(await program.ask(line), ['ERROR: daemon not connected'], line);
    assert.match(String(await program.ask('hub-status', /^END$/)), /"connected":false/);
    leaving.send('exit\n');
    await leaving.ended;
    const before = commands.length;
    back.resolve();
    await event('upstream-up');
    assert.equal(hub.sessions().length, 1);
    assert.deepEqual(await program.ask('pid'), ['SUCCESS: pid=4711']);
    const restored = commands.slice(before);
    for (const line of ['version 3', 'env-filter 0', 'log on', 'bytecount 5'])
      assert.ok(restored.includes(line), `${line} in ${restored.join(', ')}`);
    assert.ok(restored.lastIndexOf('state off') >= restored.lastIndexOf('state on'), restored.join(', '));
    say('>STATE:1,x', '>LOG:1,,x');
    await program.expect('>LOG:1,,x');
  });
});
