/** A signal that aborts with this one, or after so many seconds when they are given. It keeps no process alive. */
export function limitTime(signal: AbortSignal, seconds: number | undefined): AbortSignal {
  if (seconds === undefined) return signal;
  const over = new AbortController();
  setTimeout(() => over.abort(new Error('the time is over')), seconds * 1000).unref();
  return AbortSignal.any([signal, over.signal]);
}
