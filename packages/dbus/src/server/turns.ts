/** Resolves when a call of this user may begin. */
export type Turns = (user: string | number) => Promise<void>;

/** For so long calls begin one right behind the other; then what has come meanwhile is read. */
const READ_EVERY_MS = 5;

/**
 * Lets calls begin one after the other: those of one user in their order, and users in turns, so that a user with many
 * calls that take their time keeps nobody else waiting for all of them. What a call does behind its first pause is not
 * waited for.
 */
export function createTurns(): Turns {
  const waiting = new Map<string | number, Set<() => void>>();
  let busy = false;
  let began = 0;

  function next(): void {
    const [first] = waiting;
    if (first === undefined) {
      busy = false;
      return;
    }
    const [user, calls] = first;
    const [begin = () => {}] = calls;
    calls.delete(begin);
    waiting.delete(user);
    if (calls.size > 0) waiting.set(user, calls); // behind all others
    begin();
    // A tick comes when all that a call does at once is done.
    queueMicrotask(() => process.nextTick(goOn));
  }

  function goOn(): void {
    if (performance.now() - began < READ_EVERY_MS) next();
    else setImmediate(start);
  }

  function start(): void {
    began = performance.now();
    next();
  }

  return user => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const calls = waiting.get(user);
    if (calls) calls.add(resolve);
    else waiting.set(user, new Set([resolve]));
    if (!busy) {
      busy = true;
      start();
    }
    return promise;
  };
}
