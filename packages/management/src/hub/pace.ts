/** How often one program is told the counters, although the daemon knows one pace for all. */
export type Pace = {
  /** Seconds between them; 0 for none. */
  readonly seconds: number;
  /**
   * Whether this counter's turn has come at `now` (in ms). `counter` is the part of the line that names it, and
   * `daemonSeconds` the pace of the daemon.
   */
  isDue(counter: string, now: number, daemonSeconds: number): boolean;
};

/** The daemon counts whole seconds, so its ticks are up to one apart from what is asked: this much too early is on time. */
const toleranceMs = 500;

export function createPace(seconds: number): Pace {
  /** When the next is due, in the order of last use. */
  const due = new Map<string, number>();
  const intervalMs = seconds * 1000;
  return {
    seconds,
    isDue(counter, now, daemonSeconds) {
      if (seconds === 0) return false;
      if (seconds === daemonSeconds) return true;
      const at = due.get(counter) ?? now;
      if (now < at - toleranceMs) return false;
      due.delete(counter);
      // From when it was due and not from when it came, so that 3 seconds on a daemon of 2 are 3 on average.
      due.set(counter, Math.max(at + intervalMs, now + toleranceMs));
      forgetOld(due, now - 10 * intervalMs);
      return true;
    },
  };
}

/** Clients come and go under new numbers for as long as the daemon runs: those that count no longer are forgotten. */
function forgetOld(due: Map<string, number>, before: number): void {
  const [oldest] = due;
  if (oldest && oldest[1] < before) due.delete(oldest[0]);
}
