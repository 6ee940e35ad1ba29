// What daemons before 2.6 do otherwise, by what they were seen to send.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EncodeError } from '../src/index.ts';
import { connected } from './connected.ts';

const hold = '>HOLD:Waiting for hold release:0';

describe('a daemon of 2.3 or 2.4', () => {
  it('answers an announced version with a block, and nothing gets out of step', async t => {
    for (const release of ['2.3.18', '2.4.12']) {
      const lines: string[] = [];
      const client = await connected(
        t,
        session =>
          session.answer(line => {
            lines.push(line);
            if (line.startsWith('version'))
              return [`OpenVPN Version: OpenVPN ${release} x86_64`, 'Management Version: 1', 'END'];
            return line === 'pid' ? 'SUCCESS: pid=4242' : 'SUCCESS: verb=3';
          }),
        { management: 1 },
      );
      const [, pid, verb] = await Promise.all([client.announceVersion(3), client.pid(), client.verb()]);
      assert.deepEqual([pid, verb], [4242, 3]);
      assert.deepEqual(
        lines,
        ['version', 'pid', 'verb', 'version 3'].toSorted((a, b) => lines.indexOf(a) - lines.indexOf(b)),
      );
    }
  });
});

describe('a daemon up to 2.5', () => {
  it('is answered about clients by their numbers, of which the first is 0', async t => {
    for (const management of [1, 3]) {
      const lines: string[] = [];
      const client = await connected(
        t,
        session =>
          session.answer(line => {
            lines.push(line);
            return line === 'client-auth 0 0' || line.startsWith('push') ? undefined : 'SUCCESS: done';
          }),
        { management },
      );
      await client.clientAuthNt(0, 0);
      await client.clientDeny(0, 0, 'no');
      await client.clientAuth(0, 0, ['push "a"']);
      assert.deepEqual(lines, [
        'client-auth-nt 0 0',
        'client-deny 0 0 no',
        'client-auth 0 0',
        'push "a"',
        'END',
      ]);
      await assert.rejects(client.clientAuthNt(0, -1), EncodeError);
    }
    const later = await connected(t, session => session.silence(), { management: 5 });
    await assert.rejects(later.clientAuthNt(0, 0), EncodeError);
  });

  it('says HOLD once more to a signal while it is held, which is its answer and an event as well', async t => {
    for (const management of [1, 3]) {
      const client = await connected(
        t,
        session => {
          session.send(hold);
          return session.answer(line =>
            line === 'signal SIGUSR1' ? hold : line === 'pid' ? 'SUCCESS: pid=1' : 'SUCCESS: x',
          );
        },
        { management },
      );
      const events = client.events();
      assert.equal((await events.next()).value?.type, 'HOLD');
      const [, pid] = await Promise.all([client.signal('SIGUSR1'), client.pid()]);
      assert.equal(pid, 1);
      assert.equal((await events.next()).value?.type, 'HOLD');
      // One that is not held answers as all do.
      await client.signal('SIGTERM');
    }
  });

  it('is not waited for where a later one answers: HOLD comes behind the error there', async t => {
    const client = await connected(t, session =>
      session.answer(line =>
        line === 'pid' ? 'SUCCESS: pid=1' : ["ERROR: signal 'SIGUSR1' is currently ignored", hold],
      ),
    );
    await assert.rejects(client.signal('SIGUSR1'), { name: 'CommandError' });
    assert.equal(await client.pid(), 1);
    await client.once('HOLD');
  });
});
