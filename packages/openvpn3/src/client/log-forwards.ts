/** Has the events of sessions sent to us, each session's once however many readers there are. */
export type LogForwards = {
  /** Rejects with a DBusError when the caller may not. */
  acquire(path: string, forward: (enable: boolean) => Promise<void>): Promise<void>;
  /** The last one out switches it off; that the session is gone is no failure. */
  release(path: string, forward: (enable: boolean) => Promise<void>): Promise<void>;
};

/** Deployed session managers send everything twice to a program that asks twice, so it is counted here. */
export function createLogForwards(): LogForwards {
  const readers = new Map<string, { count: number; readonly begun: Promise<void> }>();
  return {
    async acquire(path, forward) {
      const known = readers.get(path) ?? { count: 0, begun: forward(true) };
      readers.set(path, known);
      known.count++;
      try {
        await known.begun;
      } catch (error) {
        if (readers.get(path) === known) readers.delete(path);
        throw error;
      }
    },
    async release(path, forward) {
      const known = readers.get(path);
      if (known === undefined || --known.count > 0) return;
      readers.delete(path);
      await forward(false).catch(() => {});
    },
  };
}
