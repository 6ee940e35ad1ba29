import { setImmediate as turn } from 'node:timers/promises';
import type { Script } from './fake-daemon.ts';
import type { RecordedChunk } from './recording.ts';

export type ReplayOptions = {
  /**
   * - `conversation` (the default): the daemon's pieces as they were cut, each after the client's bytes that came before
   *   it in the recording. Other bytes than those fail the script.
   * - `chunks`: the same pieces, without waiting for anybody
   * - `bytes`: every byte on its own
   * - `whole`: everything at once
   *
   * Each piece is written on its own; the system may still hand over two of them together.
   */
  as?: 'conversation' | 'chunks' | 'bytes' | 'whole';
};

/** A script that says what the daemon said in a recording, and closes where it closed. */
export function replay(
  recording: readonly RecordedChunk[],
  { as = 'conversation' }: ReplayOptions = {},
): Script {
  return async session => {
    for (const { dir, bytes } of cut(recording, as)) {
      if (dir === 'C') await session.expectBytes(bytes);
      else if (dir === 'S') session.send(bytes);
      else session.close();
      await session.flushed();
      await turn(); // so that the reader is there before the next piece
    }
  };
}

function cut(
  recording: readonly RecordedChunk[],
  as: ReplayOptions['as'],
): Pick<RecordedChunk, 'dir' | 'bytes'>[] {
  if (as === 'conversation') return [...recording];
  const said = recording.filter(({ dir }) => dir === 'S');
  const end = recording.filter(({ dir }) => dir === 'X');
  if (as === 'chunks') return [...said, ...end];
  const whole = Buffer.concat(said.map(({ bytes }) => bytes));
  const pieces = as === 'whole' ? [whole] : Array.from(whole, byte => Uint8Array.of(byte));
  return [...pieces.map(bytes => ({ dir: 'S' as const, bytes })), ...end];
}
