// Recorded conversations once more, with our client in the place of the one that was recorded.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommandError, ConnectionError, type Event } from '../src/index.ts';
import { multiLine } from '../src/protocol/shape.ts';
import { replay } from '../src/testing/index.ts';
import { clientOf, daemonFor } from './connected.ts';
import { type Transcript, transcripts } from './recordings.ts';

/** The client's lines, when it sent one at a time and our client can send them as raw commands; else nothing. */
function commandsOf({ chunks }: Transcript): string[] | undefined {
  const greets = Buffer.from(chunks[0]?.bytes ?? [])
    .toString()
    .startsWith('>INFO');
  const pipelined = chunks.some(({ dir }, index) => dir === 'C' && chunks[index + 1]?.dir === 'C');
  const sent = chunks.filter(({ dir }) => dir === 'C').map(({ bytes }) => Buffer.from(bytes).toString());
  const odd = (text: string): boolean => {
    const [verb = '', argument] = text.trim().split(' ');
    return (
      text.indexOf('\n') !== text.length - 1 ||
      multiLine.has(verb) ||
      (verb === 'version' && argument !== undefined)
    );
  };
  return sent.length === 0 || sent.some(odd) || pipelined || !greets
    ? undefined
    : sent.map(text => text.slice(0, -1));
}

const conversations = transcripts().flatMap(recorded => {
  const commands = commandsOf(recorded);
  return commands ? [{ ...recorded, commands }] : [];
});

describe('a recorded conversation, with our client', () => {
  for (const { name, chunks, commands } of conversations) {
    it(`${name}: every command gets its answer, and every event is known`, async t => {
      const client = await clientOf(t, await daemonFor(t, replay(chunks)));
      const seen: Event[] = [];
      client.on('unknown', event => seen.push(event));
      client.on('malformed', event => seen.push(event));
      for (const line of commands) {
        const answer: unknown = await client.raw(line).catch((error: unknown) => error);
        // What was sent when the daemon had ended never had an answer.
        if (answer instanceof ConnectionError) break;
        assert.ok(Array.isArray(answer) || answer instanceof CommandError, `${line}: ${answer}`);
      }
      assert.equal((await client.closed)?.reason, 'closed');
      assert.deepEqual(seen, []);
    });
  }

  it('was tried with most of the recordings', () => {
    assert.ok(conversations.length > 25);
  });
});

describe('what a recorded daemon said', () => {
  it('makes the same events however it is cut on its way', async t => {
    const recording = transcripts().find(({ name }) => name === 'client-27-updown-a');
    assert.ok(recording);
    const all = (['chunks', 'bytes', 'whole'] as const).map(async as => {
      const client = await clientOf(t, await daemonFor(t, replay(recording.chunks, { as })));
      const seen: Event[] = [];
      const read = async () => {
        for await (const event of client) seen.push(event);
      };
      await assert.rejects(read(), ConnectionError);
      return seen;
    });
    const [chunks, bytes, whole] = await Promise.all(all);
    assert.deepEqual(bytes, chunks);
    assert.deepEqual(whole, chunks);
    assert.ok(chunks?.some(event => event.type === 'UPDOWN'));
  });
});
