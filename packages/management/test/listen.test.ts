import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { within } from '@ovpnkit/lab/testing';
import { listen } from '../src/connection/listen.ts';

/** A listener, the daemons that dial it, and those that it accepts: all gone after the test. */
async function place(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'management-test-'));
  const path = join(directory, 'ours');
  const listener = await listen({ path });
  const sockets: Socket[] = [];
  t.after(() => {
    listener.close();
    for (const socket of sockets) socket.destroy();
    rmSync(directory, { recursive: true });
  });
  return {
    listener,
    async daemon(name: string): Promise<{ gone: () => Promise<void> }> {
      const socket = dial(path);
      sockets.push(socket);
      await within(`the daemon ${name} is connected`, once(socket, 'connect'));
      socket.on('error', () => {}); // turned away with its name unread
      const gone = new Promise<void>(resolve => socket.once('close', () => resolve()));
      socket.resume();
      socket.write(name);
      return { gone: () => within(`the daemon ${name} is let go`, gone) };
    },
    async accept(): Promise<string> {
      const socket = await within('a daemon is accepted', listener.accept());
      sockets.push(socket);
      return String((await within('it says its name', once(socket, 'data')))[0]);
    },
  };
}

describe('a place where daemons dial in', () => {
  it('gives them one by one: who comes early waits, and one more is turned away', async t => {
    const { accept, daemon } = await place(t);
    const first = accept();
    await daemon('first');
    assert.equal(await first, 'first');
    await daemon('second');
    await (await daemon('third')).gone();
    assert.equal(await accept(), 'second');
  });

  it('keeps a daemon that comes after the wait for it was given up', async t => {
    const { listener, accept, daemon } = await place(t);
    const abort = new AbortController();
    const waiting = listener.accept(abort.signal);
    const reason = new Error('given up');
    abort.abort(reason);
    await assert.rejects(waiting, reason);
    await assert.rejects(listener.accept(abort.signal), reason);
    await daemon('late');
    assert.equal(await accept(), 'late');
  });

  it('lets go of a daemon that waits when it is closed', async t => {
    const { listener, daemon } = await place(t);
    const waiting = await daemon('waiting');
    await (await daemon('turned away')).gone();
    listener.close();
    await waiting.gone();
  });
});
