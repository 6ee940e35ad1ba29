import { setImmediate as turn } from 'node:timers/promises';
import type { Frame } from '../protocol/frame.ts';
import { createDialogue } from './dialogue.ts';
import type { Script } from './fake-daemon.ts';
import type { RecordedChunk } from './recording.ts';

export type ReplayOptions = {
  /**
   * - `conversation` (the default): the daemon's pieces as they were cut, each after the client's bytes that came before
   *   it in the recording; commands that were sent ahead, before earlier ones had their answers, are awaited only for their own
   *   answers. Other bytes than those fail the script.
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
    const sent = Buffer.concat(recording.filter(({ dir }) => dir === 'C').map(({ bytes }) => bytes));
    let heard = 0;
    const hear = async (needed: number): Promise<void> => {
      if (needed <= heard) return;
      const awaited = sent.subarray(heard, needed);
      heard = needed;
      await session.expectBytes(awaited);
    };
    for (const { dir, bytes, needed } of as === 'conversation' ? withNeeds(recording) : cut(recording, as)) {
      await hear(needed);
      if (dir === 'S') session.send(bytes);
      else session.close();
      await session.flushed();
      await turn(); // so that the reader is there before the next piece
    }
    if (as === 'conversation') await hear(sent.length);
  };
}

type Step = {
  readonly dir: 'S' | 'X';
  bytes: Uint8Array;
  /** How many bytes of the client come before it. */
  needed: number;
};

/** What a piece answers must have been sent, and what was sent before it, but for commands that were sent ahead. */
function withNeeds(recording: readonly RecordedChunk[]): Step[] {
  const steps: Step[] = [];
  let dialogue = createDialogue();
  let before = 0; // what was sent on earlier connections
  let sent = 0;
  let line: Place | undefined; // where the line begins that is not finished
  for (const { dir, bytes } of recording) {
    if (dir === 'C') {
      dialogue.send(bytes);
      sent += bytes.length;
    } else if (dir === 'X') {
      steps.push({ dir, bytes, needed: sent });
      dialogue = createDialogue();
      before = sent;
      line = undefined;
    } else {
      const step: Step = { dir, bytes, needed: before + dialogue.certain };
      steps.push(step);
      let end = 0;
      let place: Place = { step, offset: 0 };
      for (const { frame, answers } of dialogue.hear(bytes)) {
        const start = line ?? { step: place.step, offset: end - place.offset };
        line = undefined;
        end = endOfFrame(bytes, frame, end);
        if (answers && before + answers.sent > start.step.needed) {
          const later = splitStep(steps, start, before + answers.sent);
          if (start.step === place.step) place = { step: later, offset: place.offset + start.offset };
        }
      }
      if (end < bytes.length) line ??= { step: place.step, offset: end - place.offset };
    }
  }
  return steps;
}

/** A place in the bytes of a step; `offset` counts from the step's first byte. */
type Place = { readonly step: Step; readonly offset: number };

/** Has what stands at a place and behind it wait for more of the client's bytes; gives the step of that. */
function splitStep(steps: Step[], { step, offset }: Place, needed: number): Step {
  if (offset === 0) {
    step.needed = needed;
    return step;
  }
  const later = { dir: step.dir, bytes: step.bytes.subarray(offset), needed };
  step.bytes = step.bytes.subarray(0, offset);
  steps.splice(steps.lastIndexOf(step) + 1, 0, later);
  return later;
}

/** Where a frame ends that begins at `start`, or before the piece. A prompt has no line end. */
function endOfFrame(bytes: Uint8Array, frame: Frame, start: number): number {
  return bytes.indexOf(frame.type === 'prompt' ? 0x3a : 0x0a, start) + 1;
}

function cut(recording: readonly RecordedChunk[], as: ReplayOptions['as']): Step[] {
  const said = recording.flatMap(({ dir, bytes }) => (dir === 'S' ? [{ dir, bytes, needed: 0 }] : []));
  const end = recording.flatMap(({ dir, bytes }) => (dir === 'X' ? [{ dir, bytes, needed: 0 }] : []));
  if (as === 'chunks') return [...said, ...end];
  const whole = Buffer.concat(said.map(({ bytes }) => bytes));
  const pieces = as === 'whole' ? [whole] : Array.from(whole, byte => Uint8Array.of(byte));
  return [...pieces.map(bytes => ({ dir: 'S' as const, bytes, needed: 0 })), ...end];
}
