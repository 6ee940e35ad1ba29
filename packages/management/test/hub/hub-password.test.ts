import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { greeting } from '@ovpnkit/lab/testing';
import { Secret } from '../../src/index.ts';
import { openScriptedHub } from './scripted-hub.ts';

const listener = { password: new Secret('pässw "ord') };
const prompt = 'ENTER PASSWORD:';

describe('a listener with a password', { concurrency: true }, () => {
  it('asks without a line end, and lets in with the daemon’s words', async t => {
    const { join } = await openScriptedHub(t, { listener });
    const program = await join('monitor', { greeted: false });
    assert.equal(String(await program.bytes(prompt.length)), prompt);
    program.send('pässw "ord\r\n');
    await program.expect('SUCCESS: password is correct', greeting);
    assert.deepEqual(await program.ask('pid'), ['SUCCESS: pid=4711']);
  });

  it('takes commands that come along with the password', async t => {
    const { join } = await openScriptedHub(t, { listener });
    const program = await join('monitor', { greeted: false });
    program.socket.end('wrong\npässw "ord\npid\nexit\n');
    await program.ended;
    const welcome = `SUCCESS: password is correct\r\n${greeting}\r\n`;
    assert.equal(String(program.rest), `${prompt}${welcome}SUCCESS: pid=4711\r\n`);
  });

  it('asks three times, says nothing of a wrong one, and closes', async t => {
    const { join, event } = await openScriptedHub(t, { listener });
    const program = await join('monitor', { greeted: false });
    for (const guess of ['pid\n', 'pässw "or\n']) {
      assert.equal(String(await program.bytes(prompt.length)), prompt);
      program.send(guess);
    }
    assert.equal(String(await program.bytes(prompt.length)), prompt);
    program.send('pässw "ordx\n');
    await program.ended;
    assert.equal(program.rest.length, 0);
    assert.equal((await event('turned-away')).problem, 'three wrong passwords');
  });

  it('runs nothing for who does not know it', async t => {
    const { join, commands, hub } = await openScriptedHub(t, { listener });
    const program = await join('admin', { greeted: false });
    program.socket.end('pid\nsignal SIGTERM\n\n');
    await program.ended;
    assert.deepEqual(commands, ['version', 'version 3', 'env-filter 0']);
    assert.deepEqual(hub.sessions(), []);
    const empty = await join('admin', { greeted: false });
    empty.send('x'.repeat(5000));
    await empty.ended;
  });

  it('serves those inside, and lets others in, while many guess at once', async t => {
    const { join, events } = await openScriptedHub(t, { listener: { ...listener, maxSessions: 2 } });
    const enter = async () => {
      const program = await join('monitor', { greeted: false });
      program.send('pässw "ord\n');
      assert.equal(String(await program.bytes(prompt.length)), prompt);
      await program.expect('SUCCESS: password is correct', greeting);
      return program;
    };
    const inside = await enter();
    const silent = await Promise.all(Array.from({ length: 100 }, () => join('monitor', { greeted: false })));
    const guess = async () => {
      const guesser = await join('monitor', { greeted: false });
      guesser.send('a\nb\nc\nd\n');
      await guesser.ended;
    };
    const [late] = await Promise.all([enter(), ...Array.from({ length: 100 }, guess)]);
    for (const program of [inside, late]) assert.deepEqual(await program.ask('pid'), ['SUCCESS: pid=4711']);
    const wrong = events.filter(event => event.type === 'turned-away' && event.problem.includes('three'));
    assert.equal(wrong.length, 100);
    // Of those that say nothing, the oldest have made room.
    await silent[0]?.ended;
    const third = await join('monitor', { greeted: false });
    third.send('pässw "ord\n');
    await third.ended;
    assert.equal(String(third.rest).includes('INFO'), false);
  });

  it('sends away who is still being asked when the hub ends', async t => {
    const { join, hub } = await openScriptedHub(t, { listener });
    const program = await join('monitor', { greeted: false });
    await program.bytes(prompt.length);
    await hub.close();
    await program.ended;
  });
});
