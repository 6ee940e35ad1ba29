import { setTimeout as sleep } from 'node:timers/promises';

/** Work that is done again and again. */
export type Poller = {
  /** Does it soon, and not only when it is its time. */
  hurry(): void;
  /** Rejects with what the work throws; resolves when the signal aborts. */
  readonly ended: Promise<void>;
};

/** However much reason there is to hurry. */
const leastPauseMs = 200;

/** Does `work` now and then every `everyMs`, never twice at once, until the signal aborts. */
export function startPoller(everyMs: number, signal: AbortSignal, work: () => Promise<void>): Poller {
  let hurried = Promise.withResolvers<void>();

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      hurried = Promise.withResolvers();
      await work();
      const least = Math.min(leastPauseMs, everyMs);
      await sleep(least, undefined, { signal });
      await Promise.race([hurried.promise, sleep(everyMs - least, undefined, { signal })]);
    }
  };
  return {
    hurry: () => hurried.resolve(),
    ended: run().catch(error => {
      if (!signal.aborted) throw error;
    }),
  };
}
