// The signals that one connection has got, in order, and how to wait for those that are still to come.

export type RecordedSignal = {
  /** Milliseconds since this process began. */
  readonly at: number;
  /** The unique name of who sent it. */
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly args: readonly unknown[];
};

export type SignalRecord = {
  /** Everything so far, oldest first. */
  readonly all: readonly RecordedSignal[];
  /**
   * The first signal of this member behind the one that the last call returned, for which `test` holds. Those between
   * are passed over. Rejects after 30 s, and says what there was instead.
   */
  next(member: string, test?: (args: readonly unknown[]) => boolean): Promise<RecordedSignal>;
  /** A part of it, from the beginning, which is waited for apart. */
  where(test: (signal: RecordedSignal) => boolean): SignalRecord;
};

export type WritableSignalRecord = SignalRecord & { add(signal: RecordedSignal): void };

const deadlineMs = 30_000;

export function createSignalRecord(): WritableSignalRecord {
  const all: RecordedSignal[] = [];
  const listeners = new Set<(signal: RecordedSignal) => void>();
  let position = 0;

  const arrival = (deadline: Promise<never>) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const listener = () => resolve();
    listeners.add(listener);
    return Promise.race([promise, deadline]).finally(() => listeners.delete(listener));
  };

  return {
    all,
    add(signal) {
      all.push(signal);
      for (const listener of [...listeners]) listener(signal);
    },
    async next(member, test = () => true) {
      const late = Promise.withResolvers<never>();
      late.promise.catch(() => {});
      // A wait that nobody waits for any longer keeps no test running.
      const timer = setTimeout(() => late.reject(missing(member, all)), deadlineMs).unref();
      try {
        for (;;) {
          while (position < all.length) {
            const signal = all[position++];
            if (signal?.member === member && test(signal.args)) return signal;
          }
          await arrival(late.promise);
        }
      } finally {
        clearTimeout(timer);
      }
    },
    where(test) {
      const part = createSignalRecord();
      const add = (signal: RecordedSignal) => {
        if (test(signal)) part.add(signal);
      };
      for (const signal of all) add(signal);
      listeners.add(add);
      return part;
    },
  };
}

function missing(member: string, all: readonly RecordedSignal[]): Error {
  const seen = all.map(signal => `${signal.member}(${signal.args.map(String).join(', ')})`);
  return new Error(`no ${member} signal such as wanted in time; there were: ${seen.join('; ') || 'none'}`);
}
