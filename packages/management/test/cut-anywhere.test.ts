// Whatever is lost of a reply: no other command gets a piece of it, and every command ends.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createCommandQueue } from '../src/connection/command-queue.ts';
import { ConnectionError } from '../src/errors.ts';
import { command, rawCommand } from '../src/protocol/command.ts';
import { frameOf } from '../src/protocol/frame.ts';
import type { Reply } from '../src/protocol/reply.ts';
import { readConversation } from '../src/testing/index.ts';
import { stopClock } from './clock.ts';
import { transcripts } from './recordings.ts';

const blocks = transcripts()
  .flatMap(({ chunks }) => readConversation(chunks).answers)
  .filter(
    ({ command: line, lines }) =>
      lines.at(-1) === 'END' && /^(status|version|help|state|log|echo)\b/.test(line),
  )
  .filter(({ command: line }) => !/\b(on|off)\b|^version \S/.test(line));

describe('a recorded block that is cut anywhere', () => {
  it('is told to be cut, and each command behind it has its own reply', async t => {
    const clock = stopClock(t);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...blocks),
        fc.nat(),
        fc.array(fc.constantFrom('>LOG:1,,x', '>BYTECOUNT_CLI:0,1,2', '>STATE:1,x,,,,,,'), { maxLength: 3 }),
        async ({ command: line, lines }, at, traffic) => {
          const kept = lines.slice(0, 1 + (at % Math.max(1, lines.length - 1)));
          const whole = kept.at(-1) === 'END';
          const sent: string[] = [];
          const queue = createCommandQueue({
            write: text => sent.push(...text.split('\n').filter(Boolean)),
            fail: reason => queue.end(new ConnectionError(reason, 'test', 'failed')),
            timeoutMs: 30_000,
            maxQueued: 10,
          });
          const say = (...said: string[]): boolean[] => said.map(each => queue.push(frameOf(each)));
          const replies: Promise<Reply>[] = [rawCommand(line), command('verb'), command('pid')].map(each =>
            queue.send(each),
          );
          say(...kept);
          if (!whole) {
            assert.ok(say(...traffic).every(taken => !taken));
            clock.pass(1000);
            assert.equal(sent.at(-1), 'pid');
            say('SUCCESS: pid=1');
          }
          say(...traffic, 'SUCCESS: verb=3', ...traffic, 'SUCCESS: pid=2');
          const [block, verb, pid] = await Promise.all(replies);
          assert.ok(block?.[0]?.type === 'block');
          assert.equal(block[0].cut === undefined, whole);
          assert.deepEqual(block[0].lines, whole ? kept.slice(0, -1) : kept);
          assert.equal(verb?.[0]?.type === 'success' && verb[0].text, 'verb=3');
          assert.equal(pid?.[0]?.type === 'success' && pid[0].text, 'pid=2');
        },
      ),
    );
  });
});

describe('what has no end', () => {
  it('is given up, however little each row is', async () => {
    let failed = '';
    const queue = createCommandQueue({
      write: () => {},
      fail: reason => {
        failed = reason;
        queue.end(new ConnectionError(reason, 'test', 'failed'));
      },
      timeoutMs: 30_000,
      maxQueued: 1,
    });
    const reply = queue.send(command('status', ['format', 3]));
    reply.catch(() => {});
    const empty = frameOf('');
    for (let count = 0; count < 2 ** 22 && failed === ''; count++) queue.push(empty);
    assert.equal(failed, 'overflow');
    await assert.rejects(reply, ConnectionError);
  });
});
