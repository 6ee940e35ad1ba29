import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { openScriptedHub } from './scripted-hub.ts';

/** Says many lines, no more at once than the hub takes. */
async function flood(
  daemon: { send(...lines: Uint8Array[]): void; flushed(): Promise<void> },
  lines: string[],
): Promise<void> {
  for (let start = 0; start < lines.length; start += 500) {
    daemon.send(
      Buffer.from(
        lines
          .slice(start, start + 500)
          .map(line => `${line}\r\n`)
          .join(''),
      ),
    );
    await daemon.flushed();
    await turn();
  }
}

const log = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `>LOG:${from + index},,${'x'.repeat(200)}`);

describe('a program that stops reading', { concurrency: true }, () => {
  it('costs the others nothing, and itself log lines, which are counted', async t => {
    const { join, daemon, hub, say } = await openScriptedHub(t);
    const [slow, other] = [await join(), await join()];
    for (const each of [slow, other]) await each.ask('log on');
    slow.socket.pause();
    const lines = log(0, 20_000);
    await flood(daemon, lines);
    await other.expect(...lines);
    const [status] = hub.sessions();
    assert.ok(status && status.dropped > 5000, JSON.stringify(status));
    assert.ok(status.bytesWaiting < 2 * 2 ** 20, JSON.stringify(status));
    slow.socket.resume();
    let seen = 0;
    for (let last = ''; !last.startsWith('>LOG:20001,'); seen++) {
      if (seen === 0) say('>INFO:x');
      last = await slow.line();
      if (last === '>INFO:x') say('>LOG:20001,,x');
    }
    const dropped = hub.sessions()[0]?.dropped ?? 0;
    assert.equal(seen + dropped, 20_002);
  });

  it('has the latest counters when it reads again, each client’s once', async t => {
    const { join, daemon, say } = await openScriptedHub(t);
    const slow = await join();
    await slow.ask('log on');
    await slow.ask('bytecount 1');
    slow.socket.pause();
    await flood(daemon, log(0, 10_000));
    const rounds = Array.from({ length: 50 }, (_, round) =>
      Array.from({ length: 100 }, (_, cid) => `>BYTECOUNT_CLI:${cid},${round},0`),
    );
    await flood(daemon, rounds.flat());
    say('>INFO:x');
    await daemon.flushed();
    slow.socket.resume();
    const counters: string[] = [];
    for (let line = ''; line !== '>INFO:x'; ) {
      line = await slow.line();
      if (line.startsWith('>BYTECOUNT_CLI:')) counters.push(line);
    }
    assert.deepEqual(counters, rounds.at(-1));
  });

  it('is disconnected when what must not be dropped piles up', async t => {
    const { join, daemon, hub, event } = await openScriptedHub(t);
    const [slow, other] = [await join(), await join()];
    slow.socket.pause();
    const lines = Array.from({ length: 40_000 }, (_, index) => `>INFO:${index} ${'x'.repeat(200)}`);
    await Promise.all([flood(daemon, lines), other.expect(...lines)]);
    const end = await event('session-end');
    assert.equal(end.problem, 'it does not read its notifications');
    assert.deepEqual(
      hub.sessions().map(({ id }) => id),
      [2],
    );
    assert.deepEqual(await other.ask('pid'), ['SUCCESS: pid=4711']);
  });

  it('loses no reply, and has no more commands run than it takes replies', async t => {
    const row = 'x'.repeat(500);
    const block = [...Array.from({ length: 2000 }, () => row), 'END'];
    const { join, hub, commands } = await openScriptedHub(t, {
      answer: line => (line === 'status 2' ? block : undefined),
    });
    const slow = await join();
    slow.socket.pause();
    slow.send('status 2\n'.repeat(50));
    for (let quiet = 0; quiet < 10; quiet++) await sleep(10);
    const ran = commands.filter(line => line === 'status 2').length;
    assert.ok(ran >= 1 && ran < 10, `${ran} ran`);
    assert.ok((hub.sessions()[0]?.bytesWaiting ?? 0) < 3 * 2 ** 20);
    slow.socket.resume();
    for (let reply = 0; reply < 50; reply++) await slow.expect(...block);
    assert.equal(hub.sessions()[0]?.dropped, 0);
  });

  it('does not keep the hub from closing', async t => {
    const { join, hub, daemon } = await openScriptedHub(t);
    const slow = await join();
    await slow.ask('log on');
    slow.socket.pause();
    await flood(daemon, log(0, 20_000));
    await hub.close();
    assert.deepEqual(hub.sessions(), []);
  });
});
