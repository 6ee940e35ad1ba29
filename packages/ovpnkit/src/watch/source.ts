import type { Input } from './input.ts';

/**
 * Where a watch learns what it shows: tells what there is and what happens, until the signal aborts; rejects when it can
 * be followed no longer.
 */
export type WatchSource = (
  learn: (input: Input) => void,
  intervalMs: number,
  signal: AbortSignal,
) => Promise<void>;
