// Why a daemon does not greet: somebody else has its connection, or it is busy.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, it, type TestContext } from 'node:test';
import { atEnd, eventually, freePort, openDaemon, openLab, skip, skipDaemon } from '@ovpnkit/lab/testing';
import { type ConnectOptions, connect } from '@ovpnkit/management';

const greetingTimeoutMs = 500;

async function failure(options: ConnectOptions): Promise<Error & { reason?: string }> {
  const client = await connect({ ...options, greetingTimeoutMs }).catch((error: Error) => error);
  assert.ok(client instanceof Error);
  return client;
}

/** A process of its own that connects to this and is greeted; its name and number. */
async function otherProgram(t: TestContext, to: object): Promise<string> {
  const script = `require('net').connect(${JSON.stringify(to)}).on('data', () => process.send('greeted'))`;
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  atEnd(t, () => other.kill('SIGKILL'));
  let greeted = false;
  other.on('message', () => {
    greeted = true;
  });
  await eventually('the other program is greeted', () => greeted);
  return `process ${other.pid}`;
}

describe('a daemon that does not greet', { skip: skipDaemon, concurrency: true }, () => {
  it('is held by another program, which is named', async t => {
    const daemon = await openDaemon(t, []);
    const other = await otherProgram(t, { path: daemon.socket });
    const error = await failure({ path: daemon.socket });
    assert.equal(error.reason, 'busy');
    assert.match(error.message, new RegExp(`is silent: .*\\(${other}\\) holds the only connection`));
  });

  it('is held on TCP as well', async t => {
    const port = await freePort();
    await openDaemon(t, [`management 127.0.0.1 ${port}`]);
    const other = await otherProgram(t, { host: '127.0.0.1', port });
    assert.match(
      (await failure({ host: '127.0.0.1', port })).message,
      new RegExp(`\\(${other}\\) holds the only connection`),
    );
  });
});

describe('a daemon that is stopped or busy', { skip, concurrency: true }, () => {
  it('is said to be busy when nobody is connected, and is waited for as long as one likes', async t => {
    const daemon = await openDaemon(t, []);
    assert.ok(daemon.pid !== undefined);
    process.kill(daemon.pid, 'SIGSTOP'); // as good as a name that is looked up for ten seconds
    atEnd(t, () => daemon.pid !== undefined && process.kill(daemon.pid, 'SIGCONT'));
    const error = await failure({ path: daemon.socket });
    assert.match(
      error.message,
      /no other program is seen to be connected, so probably it is busy, .*looks up a name/,
    );
    const patient = connect({ path: daemon.socket, greetingTimeoutMs: 60_000 });
    process.kill(daemon.pid, 'SIGCONT');
    await (await patient).close();
  });

  it('is not known of a daemon that runs where this program cannot look', async t => {
    const lab = await openLab(t, { clients: 0 });
    const first = await lab.attach(lab.server);
    assert.match((await failure({ path: lab.server.socket })).message, /another program probably holds/);
    await first.close();
  });
});
