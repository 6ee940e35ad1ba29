// What real daemons said: test/recordings, as they were written down.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText } from '../src/protocol/text.ts';
import { parseRecording, type RecordedChunk } from '../src/testing/index.ts';

const folder = join(import.meta.dirname, 'recordings');

export type Transcript = { readonly name: string; readonly chunks: readonly RecordedChunk[] };

/** One transcript, by its name without the ending. */
export function transcript(name: string): readonly RecordedChunk[] {
  return parseRecording(readFileSync(join(folder, 'transcripts', `${name}.jsonl`), 'utf8'));
}

/** Every transcript. */
export function transcripts(): Transcript[] {
  const names = readdirSync(join(folder, 'transcripts')).filter(name => name.endsWith('.jsonl'));
  assert.ok(names.length > 40);
  return names.map(name => {
    const base = name.slice(0, -'.jsonl'.length);
    return { name: base, chunks: transcript(base) };
  });
}

/** All bytes that one side sent. */
export function bytesOf(chunks: readonly RecordedChunk[], dir: 'S' | 'C'): Buffer {
  return Buffer.concat(chunks.filter(chunk => chunk.dir === dir).map(chunk => chunk.bytes));
}

/** The daemon's lines of one transcript, without line ends. */
export function linesOf(chunks: readonly RecordedChunk[]): string[] {
  return decodeText(bytesOf(chunks, 'S')).split('\r\n').slice(0, -1);
}

let all: readonly string[] | undefined;

/** Every different line of a daemon that begins like this; at least one, or the test is about nothing. */
export function recordedLines(beginning: string): string[] {
  all ??= [...new Set(transcripts().flatMap(({ chunks }) => linesOf(chunks)))];
  const lines = all.filter(line => line.startsWith(beginning));
  assert.ok(lines.length > 0, `no recorded line begins with ${beginning}`);
  return lines;
}

/** The rows of a recorded reply to `status`, without its END. */
export function statusLines(name: string): string[] {
  const lines = readFileSync(join(folder, 'status', `openvpn-2.6.14-${name}.txt`), 'utf8').split('\r\n');
  assert.deepEqual(lines.slice(-2), ['END', '']);
  return lines.slice(0, -2);
}
