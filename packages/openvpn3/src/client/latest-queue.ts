/** A buffer between signals and one reader. When it is full, the oldest value makes way. */
export type LatestQueue<T> = {
  push(value: T): void;
  /** Ends it: what waits is still read, then the end, or the error. */
  end(error?: unknown): void;
  /** Removes what waits, up to and with the last value of which this is true; nothing when there is none. */
  dropThrough(isOld: (value: T) => boolean): void;
  /** The next value, or how many were lost at this place; `undefined` at the end. Rejects with the error. */
  next(): Promise<{ readonly value: T } | { readonly lost: number } | undefined>;
};

export function createLatestQueue<T>(capacity: number): LatestQueue<T> {
  const waiting = new Map<number, T>();
  let [first, behind, lost] = [0, 0, 0];
  let ended: { readonly error: unknown } | undefined;
  let wake = Promise.withResolvers<void>();

  const shift = (): T => {
    const value = waiting.get(first) as T;
    waiting.delete(first++);
    return value;
  };
  return {
    push(value) {
      if (ended) return;
      if (waiting.size === capacity) {
        shift();
        lost++;
      }
      waiting.set(behind++, value);
      wake.resolve();
    },
    end(error) {
      ended ??= { error };
      wake.resolve();
    },
    dropThrough(isOld) {
      let last = -1;
      for (const [index, value] of waiting) if (isOld(value)) last = index;
      while (first <= last) shift();
    },
    async next() {
      for (;;) {
        if (lost > 0) {
          const count = lost;
          lost = 0;
          return { lost: count };
        }
        if (waiting.size > 0) return { value: shift() };
        if (ended) {
          if (ended.error !== undefined) throw ended.error;
          return undefined;
        }
        wake = Promise.withResolvers();
        await wake.promise;
      }
    },
  };
}
