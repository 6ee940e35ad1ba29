// How tests wait for what may never come: with an end that says what was awaited.
import { clearTimeout, setTimeout } from 'node:timers'; // not the global ones, which a test may stop
import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 60_000;

const never = (what: string): Error => new Error(`this did not happen in ${patienceMs / 1000} s: ${what}`);

/** Looks again and again; resolves with the first value that is neither false nor undefined. */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
): Promise<Exclude<T, false | undefined>> {
  for (const end = Date.now() + patienceMs; ; await sleep(20)) {
    const value = await probe();
    if (value !== false && value !== undefined) return value as Exclude<T, false | undefined>;
    if (Date.now() > end) throw never(what);
  }
}

/** What the promise gives; rejects with what was awaited when that does not come. */
export async function within<T>(what: string, promise: PromiseLike<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(never(what)), patienceMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Takes this step again and again until it holds. A step waits for something, so that others get their turns. */
export async function until(what: string, holds: () => boolean, step: () => Promise<unknown>): Promise<void> {
  for (const end = Date.now() + patienceMs; !holds(); await step()) if (Date.now() > end) throw never(what);
}
