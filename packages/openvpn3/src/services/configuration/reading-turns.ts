import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Does work that keeps the processor busy for a while, such as reading a large profile: for each user one piece at a
 * time, with calls of others answered in between.
 */
export type ReadingTurns = <T>(uid: number, work: () => T) => Promise<T>;

export function createReadingTurns(): ReadingTurns {
  const last = new Map<number, Promise<void>>();
  return async (uid, work) => {
    const before = last.get(uid);
    const done = Promise.withResolvers<void>();
    last.set(uid, done.promise);
    try {
      await before;
      await nextTurn();
      return work();
    } finally {
      if (last.get(uid) === done.promise) last.delete(uid);
      done.resolve();
    }
  };
}
