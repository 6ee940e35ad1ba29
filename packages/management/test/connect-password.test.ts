import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { connect, EncodeError, Secret } from '../src/index.ts';
import { replay, type Session } from '../src/testing/index.ts';
import { because, clientOf, daemonFor } from './connected.ts';
import { transcript } from './recordings.ts';

const prompt = Buffer.from('ENTER PASSWORD:');

/** A daemon that wants this password, and closes after the third wrong one. */
const guarded = (password: string) => async (session: Session) => {
  for (let tries = 0; tries < 3; tries++) {
    session.send(prompt);
    if ((await session.line()) === password) {
      session.send('SUCCESS: password is correct');
      session.greet();
      return session.silence();
    }
  }
  session.close();
};

describe('the management password', () => {
  it('lets in when it is right, as text, as a secret or from the first line of a file', async t => {
    const directory = temporaryFolder(t);
    const file = join(directory, 'password');
    writeFileSync(file, 'tops3cret "ü\r\nsecond line\n');
    const password = 'tops3cret "ü';
    for (const given of [password, new Secret(password), { file }]) {
      const client = await clientOf(t, await daemonFor(t, guarded(password)), { password: given });
      assert.equal(client.management, 5);
    }
  });

  it('was recorded: the words between the prompt and the greeting', async t => {
    const recording = transcript('server-03-mgmt-password');
    // Without the wrong try: its prompt and its answer.
    const daemon = await daemonFor(t, replay([...recording.slice(0, 1), ...recording.slice(3)]));
    const client = await clientOf(t, daemon, { password: 'tops3cret' });
    assert.equal(await client.pid(), 22195);
  });

  it('is refused when it is wrong, without another try', async t => {
    const lines: string[] = [];
    const daemon = await daemonFor(t, async session => {
      session.send(prompt);
      lines.push(await session.line());
      session.send(prompt);
      await session.silence();
    });
    await assert.rejects(connect({ ...daemon.endpoint, password: 'wrong' }), because('password'));
    assert.deepEqual(lines, ['wrong']);
  });

  it('is refused when the daemon closes after it', async t => {
    const daemon = await daemonFor(t, async session => {
      session.send(prompt);
      await session.line();
      session.close();
    });
    await assert.rejects(connect({ ...daemon.endpoint, password: 'wrong' }), because('password'));
  });

  it('is missed when it was not given, and nothing is sent', async t => {
    const daemon = await daemonFor(t, async session => {
      session.send(prompt);
      await session.silence();
    });
    await assert.rejects(
      connect(daemon.endpoint),
      (error: Error) => because('password')(error) && /give `password`/.test(error.message),
    );
  });

  it('is asked for in pieces, and three times at once', async t => {
    const pieces = await daemonFor(t, async session => {
      for (const byte of prompt) {
        session.send(Uint8Array.of(byte));
        await session.flushed();
      }
      await session.expect('x');
      session.send('SUCCESS: password is correct');
      session.greet();
    });
    await clientOf(t, pieces, { password: 'x' });
    const thrice = await daemonFor(t, session => session.send(prompt, prompt, prompt));
    await assert.rejects(connect({ ...thrice.endpoint, password: 'x' }), because('password'));
  });

  it('is not waited for when the daemon asks for none', async t => {
    await clientOf(t, await daemonFor(t, session => session.greet()), { password: 'x' });
  });

  it('is refused before dialling when the daemon could not read it, or its file is missing', async t => {
    const daemon = await daemonFor(t, () => assert.fail('nobody should come'));
    for (const password of ['a\nsignal SIGTERM', 'a\0', 'a\t']) {
      await assert.rejects(
        connect({ ...daemon.endpoint, password }),
        (error: unknown) => error instanceof EncodeError && error.parameter === 'password',
      );
    }
    const file = join(tmpdir(), 'management-test-no-such-file');
    await assert.rejects(connect({ ...daemon.endpoint, password: { file } }), because('password'));
  });

  it('is in no error', async t => {
    const daemon = await daemonFor(t, guarded('right'));
    const error: unknown = await connect({ ...daemon.endpoint, password: 'tiger' }).catch(e => e);
    assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /tiger/);
  });
});
