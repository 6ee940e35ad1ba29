import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommandError } from '../src/index.ts';
import { connected } from './connected.ts';

describe('a body that is refused at once', () => {
  it('leaves the connection in step: its lines have run as commands, each with an answer', async t => {
    const unknown = "ERROR: unknown command, enter 'help' for more options";
    const client = await connected(t, async session => {
      await session.expect('client-auth 0 1', 'push "x"', 'END');
      session.send('ERROR: cannot parse CID', unknown, unknown);
      await session.expect('pid');
      session.send('SUCCESS: pid=1');
      await session.expect('verb');
      session.send('SUCCESS: verb=3');
    });
    const [refused, verb] = [client.clientAuth(0, 1, ['push "x"']), client.verb()];
    await assert.rejects(
      refused,
      (error: unknown) => error instanceof CommandError && error.text === 'cannot parse CID',
    );
    assert.equal(await verb, 3);
  });

  it('leaves it in step when a line of the body was itself the question that follows', async t => {
    const client = await connected(t, async session => {
      await session.expect('client-auth 0 1', 'pid', 'hold', 'END');
      session.send('ERROR: cannot parse CID');
      const answers = {
        pid: 'SUCCESS: pid=1',
        hold: 'SUCCESS: hold=0',
        verb: 'SUCCESS: verb=3',
        mute: 'SUCCESS: mute=7',
      };
      const question = await session.line();
      session.send(answers.pid, answers.hold, 'ERROR: unknown command', answers[question as 'pid']);
      await session.answer(answers);
    });
    await assert.rejects(client.clientAuth(0, 1, ['pid', 'hold']), CommandError);
    assert.equal(await client.mute(), 7);
  });

  it('ends the connection when its lines could answer every question', async t => {
    const client = await connected(t, async session => {
      await session.expect('client-auth 0 1', 'pid', 'hold', 'verb', 'mute', 'END');
      session.send('ERROR: cannot parse CID');
      await session.silence();
    });
    await assert.rejects(client.clientAuth(0, 1, ['pid', 'hold', 'verb', 'mute']));
    assert.equal((await client.closed)?.reason, 'protocol');
  });

  it('was refused late when no further answers come, and leaves it in step as well', async t => {
    const client = await connected(t, async session => {
      await session.expect('client-auth 99 1', 'END');
      session.send('ERROR: client-auth command failed');
      await session.answer({ pid: 'SUCCESS: pid=1', verb: 'SUCCESS: verb=3' });
    });
    await assert.rejects(client.clientAuth(99, 1, []), CommandError);
    assert.equal(await client.verb(), 3);
  });
});
