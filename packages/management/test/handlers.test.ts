import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createEventSource, type EventSource } from '../src/events/event-source.ts';
import type { Event } from '../src/index.ts';

const info = (text: string): Event => ({ type: 'INFO', text });
const never = (): void => assert.fail('nothing overflows here');

function sourceOf(...texts: string[]): EventSource {
  const source = createEventSource(never);
  for (const text of texts) source.push(info(text));
  return source;
}

/** Resolves when everything that could run without anything new from outside has run. */
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

describe('a handler', () => {
  it('is called for every event of its kind, and for no other, until it is removed', async () => {
    const source = sourceOf('a');
    const seen: string[] = [];
    const off = source.on('INFO', ({ text }) => seen.push(text));
    source.push({ type: 'FATAL', text: 'x' });
    source.push(info('b'));
    await settled();
    assert.deepEqual(seen, ['a', 'b']);
    source.push(info('c'));
    off();
    source.push(info('d'));
    await settled();
    assert.deepEqual(
      seen.filter(text => text === 'd'),
      [],
    );
  });

  it('that throws or rejects is told to `handler-error`, and goes on with the next event', async () => {
    const source = sourceOf('sync', 'async', 'fine');
    const [told, seen]: [Event[], string[]] = [[], []];
    source.on('handler-error', event => told.push(event));
    const error = new Error('broken');
    source.on('INFO', ({ text }) => {
      seen.push(text);
      if (text === 'sync') throw error;
      return text === 'async' ? Promise.reject(error) : undefined;
    });
    await settled();
    assert.deepEqual(seen, ['sync', 'async', 'fine']);
    assert.deepEqual(
      told,
      ['sync', 'async'].map(text => ({ type: 'handler-error', error, event: info(text) })),
    );
  });

  it('that fails without anybody to tell is an uncaught exception, and one of `handler-error` itself is, too', () => {
    const module = JSON.stringify(join(import.meta.dirname, '../src/events/event-source.ts'));
    const run = (handlers: string) => {
      const code = `import { createEventSource } from ${module};
        const source = createEventSource(() => {});
        let calls = 0;
        process.on('exit', code => console.log(JSON.stringify({ code, calls })));
        setTimeout(() => process.exit(9), 5000);
        ${handlers}
        source.push({ type: 'INFO', text: 'x' });`;
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
        timeout: 10_000,
      });
      return [JSON.parse(stdout.toString().trim() || 'null'), /Error: (\w+)/.exec(stderr.toString())?.[1]];
    };
    assert.deepEqual(run("source.on('INFO', () => { calls++; throw new Error('first'); });"), [
      { code: 1, calls: 1 },
      'first',
    ]);
    const telling = `source.on('handler-error', async () => {
        if (++calls === 100) process.exit(8); // for ever
        throw new Error('second');
      });
      source.on('INFO', () => { throw new Error('first'); });`;
    assert.deepEqual(run(telling), [{ code: 1, calls: 1 }, 'second']);
  });

  it('that is slow holds up neither other handlers nor its own next calls, up to its concurrency', async () => {
    const source = sourceOf(...Array.from({ length: 10 }, (_, n) => String(n)));
    const open: (() => void)[] = [];
    let [running, most, fast] = [0, 0, 0];
    source.on('INFO', () => fast++);
    source.on(
      'INFO',
      async () => {
        most = Math.max(most, ++running);
        await new Promise<void>(resolve => open.push(resolve));
        running--;
      },
      { concurrency: 3 },
    );
    await settled();
    assert.deepEqual([running, fast, open.length], [3, 10, 3]);
    while (open.length > 0) {
      open.shift()?.();
      await settled();
    }
    assert.deepEqual([running, most], [0, 3]);
  });

  it('that waits for its turn overflows its buffer and no one else', async () => {
    let overflows = 0;
    const source = createEventSource(() => overflows++);
    source.on('INFO', () => new Promise(() => {}), { concurrency: 1, capacity: 2 });
    await settled();
    for (const text of ['a', 'b', 'c']) source.push(info(text));
    assert.equal(overflows, 0);
    await settled();
    source.push(info('d'));
    assert.equal(overflows, 1);
  });

  it('that may miss some lets the handlers of `dropped` know', async () => {
    const source = createEventSource(never);
    const [seen, dropped]: [string[], number[]] = [[], []];
    source.on('dropped', ({ count }) => dropped.push(count));
    source.on('INFO', ({ text }) => seen.push(text), { capacity: 2, overflow: 'drop-oldest' });
    await settled();
    for (const text of ['a', 'b', 'c', 'd', 'e']) source.push(info(text));
    await settled();
    // The first went to the handler that waited.
    assert.deepEqual([seen, dropped], [['a', 'd', 'e'], [2]]);
  });

  it('hears nothing of the end', async () => {
    const source = sourceOf('a');
    const seen: string[] = [];
    source.on('INFO', ({ text }) => seen.push(text));
    source.end(new Error('over'));
    await settled();
    assert.deepEqual(seen, ['a']);
  });
});
