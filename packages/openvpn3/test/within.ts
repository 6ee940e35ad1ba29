// How tests wait for what may never come: with an end that says what was awaited.

const deadlineMs = 60_000;

/** What the promise gives; rejects with what was awaited when that does not come. */
export async function within<T>(what: string, promise: PromiseLike<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`this did not happen in ${deadlineMs / 1000} s: ${what}`)),
    deadlineMs,
  );
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
