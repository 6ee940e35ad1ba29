/** Does something that waits for an answer, when it is its turn. */
export type CallTurns = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets so many wait for their answers at the same time; the others have their turns in order. */
export function createCallTurns(most: number): CallTurns {
  const waiting = new Set<() => void>();
  let underway = 0;
  return async work => {
    if (underway < most) underway++;
    else await new Promise<void>(resolve => void waiting.add(resolve));
    try {
      return await work();
    } finally {
      const [next] = waiting;
      if (next) {
        waiting.delete(next);
        next(); // takes over our place
      } else underway--;
    }
  };
}
