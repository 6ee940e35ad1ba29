import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommandError, type ManagementClient, ParseError, type StatusRow } from '../src/index.ts';
import type { Session } from '../src/testing/index.ts';
import { type Clock, stopClock } from './clock.ts';
import { connected, take } from './connected.ts';
import { statusLines } from './recordings.ts';

const recorded = statusLines('server-3clients-v3');
const clients = recorded.filter(line => line.startsWith('CLIENT_LIST')).length;
const firstClient = recorded.findIndex(line => line.startsWith('CLIENT_LIST'));

/** A client, and the moment when the daemon has said this and says no more. */
async function silentBehind(
  clock: Clock,
  t: Parameters<typeof connected>[0],
  command: string,
  said: readonly string[],
  then: (session: Session) => unknown,
  send: (client: ManagementClient) => Promise<unknown>,
): Promise<unknown> {
  const last = Promise.withResolvers<void>();
  const client = await connected(
    t,
    async session => {
      await session.expect(command);
      session.send(...said);
      await session.flushed();
      if (said.length === 0) last.resolve();
      await then(session);
    },
    {
      onBytes: (_, chunk) =>
        void (said.length > 0 && Buffer.from(chunk).includes(said.at(-1) ?? '') && last.resolve()),
    },
  );
  const result = send(client);
  result.catch(() => {});
  await last.promise;
  clock.pass(1000);
  return result;
}

const answersPid = async (session: Session): Promise<void> => {
  await session.expect('pid');
  session.send('SUCCESS: pid=4711');
};

// One after the other: there is one clock.
describe('a block whose END is lost', () => {
  it('is what came, proved by the answer to `pid`, and the next command has its own reply', async t => {
    const status = silentBehind(
      stopClock(t),
      t,
      'status 3',
      recorded.slice(0, firstClient + 1),
      async session => {
        await answersPid(session);
        await session.answer({ verb: 'SUCCESS: verb=3', pid: 'SUCCESS: pid=4711' });
      },
      async client => [await client.status(), await client.verb(), await client.pid()] as const,
    );
    const [is, verb, pid] = (await status) as [
      Awaited<ReturnType<ManagementClient['status']>>,
      number,
      number,
    ];
    assert.ok(is.mode === 'server' && !is.complete);
    assert.match(is.problem, /lost the rest/);
    assert.equal(is.clients.length, 1);
    assert.deepEqual([verb, pid], [3, 4711]);
  });

  it('was only slow when rows come instead, and the answer to `pid` is nobody else’s', async t => {
    const rest = recorded.slice(firstClient + 1);
    const status = silentBehind(
      stopClock(t),
      t,
      'status 3',
      recorded.slice(0, firstClient + 1),
      async session => {
        await session.expect('pid');
        session.send(...rest, 'END', 'SUCCESS: pid=1');
        await session.expect('pid');
        session.send('SUCCESS: pid=2');
      },
      async client => [await client.status(), await client.pid()] as const,
    );
    const [is, pid] = (await status) as [Awaited<ReturnType<ManagementClient['status']>>, number];
    assert.equal(is.complete, true);
    assert.equal(pid, 2);
  });

  it('has rows that begin as anything begins, for a client may be called so', async t => {
    const row = (name: string): string => `${name},198.18.0.2:1,1,2,2026-11-21 19:37:13`;
    const names = ['ERROR: no', 'SUCCESS: pid=1', 'END', '>LOG:x'];
    const said = [...statusLines('server-1client-v1').slice(0, 3), ...names.map(row)];
    const rows = silentBehind(
      stopClock(t),
      t,
      'status 1',
      said,
      async session => {
        session.send('>BYTECOUNT_CLI:0,1,2', '>LOG:1,,x');
        await answersPid(session);
      },
      async client => {
        const events = client.events();
        return [await take<StatusRow>(client.statusRows(1)), await take(events, 2)];
      },
    );
    const [all = [], events = []] = (await rows) as [StatusRow[], { type: string }[]];
    assert.deepEqual(
      all.flatMap(each => (each.type === 'client' ? [each.client.commonName] : [])),
      names,
    );
    assert.equal(all.at(-1)?.type, 'cut');
    assert.deepEqual(
      events.map(({ type }) => type),
      ['BYTECOUNT_CLI', 'LOG'],
    );
  });

  it('may be one that has not begun', async t => {
    const answer = silentBehind(stopClock(t), t, 'status 3', [], answersPid, client => client.status());
    const is = (await answer) as Awaited<ReturnType<ManagementClient['status']>>;
    assert.ok(is.mode === 'unknown' && !is.complete);
    assert.match(is.problem, /without a line/);
  });

  it('of another command is an error, for half a history would pass for the whole', async t => {
    const log = silentBehind(stopClock(t), t, 'log all', ['1,,x'], answersPid, client => client.log('all'));
    await assert.rejects(
      log,
      (error: unknown) => error instanceof ParseError && /lost the rest/.test(error.message),
    );
  });

  it('is told in the reply to a raw command', async t => {
    const said = ['TITLE\tx', 'TIME\tx\t1'];
    const raw = silentBehind(stopClock(t), t, 'status 3', said, answersPid, client => client.raw('status 3'));
    const [part] = (await raw) as Awaited<ReturnType<ManagementClient['raw']>>;
    assert.ok(part?.type === 'block');
    assert.deepEqual(part.lines, said);
    assert.match(part.cut ?? '', /lost the rest/);
  });
});

describe('a block that a hub has cut', { concurrency: true }, () => {
  const client = (t: Parameters<typeof connected>[0], lines: readonly string[]) =>
    connected(t, session => session.answer({ 'status 3': lines, 'status 1': lines, pid: 'SUCCESS: pid=1' }));
  const cut = 'ERROR: the daemon lost the rest of its answer';

  it('is known by the line directly before its END', async t => {
    for (const line of [cut, 'ERROR: the daemon did not answer in time', 'ERROR: daemon not connected']) {
      const status = await (await client(t, [...recorded.slice(0, -1), line, 'END'])).status();
      assert.ok(status.mode === 'server' && !status.complete, line);
      assert.deepEqual([status.clients.length, status.malformed], [clients, []]);
    }
  });

  it('is known by that place alone, and a row of this beginning is a row', async t => {
    const [title = '', ...rest] = recorded;
    const status = await (await client(t, [title, cut, ...rest, 'END'])).status();
    assert.ok(status.mode === 'server' && status.complete);
    assert.deepEqual(status.malformed, [cut]);
    const row = `${cut},198.18.0.2:1,1,2,2026-11-21 19:37:13`;
    const [head = []] = [statusLines('server-1client-v1').slice(0, 3)];
    const one = await (await client(t, [...head, row, 'END'])).status(1);
    assert.ok(one.mode === 'server');
    assert.equal(one.clients[0]?.commonName, cut);
  });

  it('is an error when nothing of it came', async t => {
    await assert.rejects(
      (await client(t, ['ERROR: the daemon answered without a line'])).status(),
      CommandError,
    );
  });
});
