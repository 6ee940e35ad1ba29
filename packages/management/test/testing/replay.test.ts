import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { connect } from '../../src/index.ts';
import { fakeDaemon, parseRecording, type ReplayOptions, replay } from '../../src/testing/index.ts';
import { clientOf, daemonFor, take } from '../connected.ts';
import { bytesOf, transcript } from '../recordings.ts';

/** Everything that a replayed daemon says to somebody who sends `bytes` at once. */
async function heard(
  t: TestContext,
  name: string,
  options: ReplayOptions,
  bytes?: Uint8Array,
): Promise<Buffer> {
  const daemon = await daemonFor(t, replay(transcript(name), options));
  assert.ok('path' in daemon.endpoint);
  const socket = dial(daemon.endpoint.path);
  t.after(() => socket.destroy());
  if (bytes) socket.write(bytes);
  const chunks: Buffer[] = [];
  socket.on('data', chunk => chunks.push(chunk));
  await once(socket, 'end');
  await daemon.finished();
  return Buffer.concat(chunks);
}

describe('a replayed recording', () => {
  it('is the conversation: the daemon waits for what its client sent', async t => {
    const name = 'server-03-mgmt-password';
    const chunks = transcript(name);
    const sent = bytesOf(chunks, 'C');
    assert.deepEqual(await heard(t, name, {}, sent), bytesOf(chunks, 'S'));
  });

  it('goes on for a program that waits for each answer, although the recorded one had sent ahead', async t => {
    const said = (dir: 'S' | 'C', text: string) => ({ t: 0, dir, bytes: Buffer.from(text) });
    const recording = [
      said('S', ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n"),
      said('C', 'pid\nhold\n'),
      said('C', 'verb\n'),
      said('S', 'SUCCESS: pid=7\r\nSUCC'),
      said('S', 'ESS: hold=0\r\n'),
      said('S', '>HOLD:Waiting\r\nSUCCESS: verb=3\r\n'),
    ];
    const client = await clientOf(t, await daemonFor(t, replay(recording)));
    assert.equal(await client.pid(), 7);
    assert.equal(await client.hold(), false);
    assert.equal(await client.verb(), 3);
  });

  it('may be what the daemon said alone, in its pieces, byte by byte or as a whole', async t => {
    const name = 'client-20-userpass-states-restart';
    const said = bytesOf(transcript(name), 'S');
    for (const as of ['chunks', 'bytes', 'whole'] as const)
      assert.deepEqual(await heard(t, name, { as }), said, as);
  });

  it('fails when the client sends anything else', async t => {
    const daemon = await fakeDaemon(replay(transcript('server-03-mgmt-password')));
    t.after(() => daemon.close().catch(() => {}));
    await assert.rejects(connect({ ...daemon.endpoint, password: 'right' }));
    await assert.rejects(daemon.finished(), /waited for wrong\n, and the program sent right\n/);
  });

  it('drives a real client', async t => {
    const chunks = transcript('client-25a-query-pending-disconnect');
    const client = await clientOf(t, await daemonFor(t, replay(chunks, { as: 'chunks' })));
    const [first] = await take(client.events(), 1);
    assert.deepEqual(first, { type: 'HOLD', text: 'Waiting for hold release:0', wait: 0 });
  });

  it('is refused when it is none, and the error names the line', () => {
    for (const bad of [
      '{',
      '1',
      'null',
      '{"t":1,"dir":"S"}',
      '{"t":1,"dir":"Q","b64":""}',
      '{"dir":"S","b64":""}',
    ])
      assert.throws(() => parseRecording(`{"t":1,"dir":"S","b64":""}\n\n${bad}`), /line 3 of the recording/);
    const [chunk] = parseRecording('{"t":1.5,"dir":"C","b64":"cGlkCg=="}\n');
    assert.deepEqual(chunk, { t: 1.5, dir: 'C', bytes: Buffer.from('pid\n') });
  });
});
