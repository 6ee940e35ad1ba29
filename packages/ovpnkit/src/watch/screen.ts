import type { Happening } from './happening.ts';
import type { WatchModel } from './model.ts';

/** Where a watch is shown. */
export type Screen = {
  /** Shows the model as it is now, and what has happened to make it so. */
  show(model: WatchModel, happenings: readonly Happening[]): void;
  /** Gives the terminal back. Nothing is shown any more. */
  close(): void;
};
