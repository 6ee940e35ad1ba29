import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { CommandError, parseStatus, type StatusRow, TimeoutError } from '../src/index.ts';
import type { Session } from '../src/testing/index.ts';
import { stopClock } from './clock.ts';
import { because, connected, take } from './connected.ts';
import { statusLines } from './recordings.ts';

const recorded = [...statusLines('server-1client-v3'), 'END'];
const [title = '', time = '', header = '', client = ''] = recorded;

/** What a whole status has behind its clients; it makes so many rows. */
const rest = [...recorded.filter(line => /^HEADER\tROUTING|^GLOBAL/.test(line)), 'END'];
const restRows = rest.length - 2;

/** A status of so many clients. */
const crowd = (count: number): string[] => [
  ...[title, time, header],
  ...Array<string>(count).fill(client),
  ...rest,
];

/** Answers `status 3` with this, and `pid`. */
const answering = (rows: readonly string[]) => (session: Session) =>
  session.answer({
    'status 3': rows,
    'status 1': [...statusLines('server-1client-v1'), 'END'],
    pid: 'SUCCESS: pid=1',
  });

describe('a status row by row', () => {
  it('has the same rows as the whole status, in every format', async t => {
    const client = await connected(t, answering(recorded));
    for (const format of [3, 1] as const) {
      const rows = await take<StatusRow>(client.statusRows(format));
      const status = parseStatus(statusLines(`server-1client-v${format}`));
      assert.ok(status?.mode === 'server');
      assert.deepEqual(
        rows.flatMap(row => (row.type === 'client' ? [row.client] : [])),
        status.clients,
      );
      assert.deepEqual(
        rows.flatMap(row => (row.type === 'route' ? [row.route] : [])),
        status.routes,
      );
      assert.deepEqual(
        rows.slice(0, 2).map(row => row.type),
        ['title', 'time'],
      );
    }
  });

  it('may be left early: the rest is skipped and the next command has its own answer', async t => {
    const client = await connected(t, answering(crowd(20_000)));
    const rows = await take(client.statusRows(), 5);
    assert.deepEqual(
      rows.map(row => row.type),
      ['title', 'time', 'client', 'client', 'client'],
    );
    assert.equal(await client.pid(), 1);
  });

  it('may be left before it begins', async t => {
    const client = await connected(t, answering(recorded));
    await client.statusRows().return?.();
    assert.equal(await client.pid(), 1);
  });

  it('is not read faster than it is taken', async t => {
    const count = 50_000;
    let received = 0;
    const client = await connected(t, answering(crowd(count)), {
      onBytes: (direction, chunk) => {
        if (direction === 'S') received += chunk.length;
      },
    });
    const rowBytes = Buffer.byteLength(crowd(1)[3] ?? '') + 2;
    let [taken, most] = [0, 0];
    for await (const _ of client.statusRows()) {
      taken++;
      if (taken % 100 === 0) await turn();
      most = Math.max(most, received / rowBytes - taken);
    }
    assert.equal(taken, count + 2 + restRows);
    // What may wait, twice over, and what one reading of the socket brings.
    assert.ok(most < 2 * 1024 + 2 * (65_536 / rowBytes), `${most} rows waited`);
  });

  it('is an error when the daemon says so, or goes away in the middle', async t => {
    const held = await connected(t, answering(['ERROR: held']));
    await assert.rejects(take(held.statusRows()), CommandError);
    const gone = await connected(t, async session => {
      await session.expect('status 3');
      session.send(title, time, header, client);
      session.close();
    });
    const rows: StatusRow[] = [];
    await assert.rejects(async () => {
      for await (const row of gone.statusRows()) rows.push(row);
    }, because('closed'));
    assert.deepEqual(
      rows.map(row => row.type),
      ['title', 'time', 'client'],
    );
  });

  it('is refused when the connection is over', async t => {
    const client = await connected(t);
    await client.close();
    await assert.rejects(take(client.statusRows()), because('closed'));
  });
});

describe('a consumer', () => {
  const commandTimeoutMs = 250;

  it('that takes nothing any more gets a TimeoutError, and everybody else goes on', async t => {
    const clock = stopClock(t);
    const client = await connected(t, answering(crowd(20_000)), { commandTimeoutMs });
    const rows = client.statusRows();
    assert.equal((await rows.next()).value?.type, 'title');
    const pid = client.pid();
    clock.pass(commandTimeoutMs); // in which it has taken a row
    clock.pass(commandTimeoutMs);
    assert.equal(await pid, 1);
    await assert.rejects(take(rows), TimeoutError);
    assert.equal(await client.pid(), 1);
  });

  it('that is slow gets everything, however long it takes', async t => {
    const count = 5000;
    const clock = stopClock(t);
    const client = await connected(t, answering(crowd(count)), { commandTimeoutMs });
    let taken = 0;
    for await (const _ of client.statusRows()) {
      if (++taken % 50 !== 0) continue;
      // Each thousand rows take longer than a command may.
      clock.pass(commandTimeoutMs / 15);
      await turn();
    }
    assert.equal(taken, count + 2 + restRows);
  });

  it('gets a TimeoutError from a daemon that stops in the middle', async t => {
    const client = await connected(
      t,
      async session => {
        await session.expect('status 3');
        session.send(title, time);
        await session.expect('pid');
        session.send('SUCCESS: pid=1');
      },
      { commandTimeoutMs },
    );
    await assert.rejects(take(client.statusRows()), TimeoutError);
  });
});
