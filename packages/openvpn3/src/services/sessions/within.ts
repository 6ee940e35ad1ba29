/** What a promise gives; rejects with the signal's reason when that aborts first. Nobody stops what is under way. */
export async function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const abort = () => late.reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
