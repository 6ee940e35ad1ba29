/** A client that waits for an answer, by its numbers at the daemon. */
type Waiting = { readonly cid: number; readonly kid: number };

/**
 * Which one of the programs decides about clients, and what has been decided. `T` is a session.
 */
export type AuthLease<T> = {
  readonly holder: T | undefined;
  /** A program that may decide has come; it gets the lease if nobody has it. */
  join(session: T): void;
  /** A program is gone; the next in line gets the lease. */
  leave(session: T): void;
  /** A client asks. */
  asked(cid: number, kid: number): void;
  /** A client is gone. */
  gone(cid: number): void;
  /** Why this session may not answer this client now; `undefined` when it may. */
  refusal(session: T, cid: number, kid: number): string | undefined;
  decided(cid: number, kid: number): void;
  /** The clients that nobody has answered. */
  readonly waiting: readonly Waiting[];
  /** A new daemon: its clients start again at 0. */
  clear(): void;
};

export function createAuthLease<T>(): AuthLease<T> {
  const line = new Set<T>();
  const undecided = new Map<number, Set<number>>();
  const answered = new Map<number, Set<number>>();
  const holder = (): T | undefined => line.values().next().value;

  return {
    get holder() {
      return holder();
    },
    join: session => void line.add(session),
    leave: session => void line.delete(session),
    asked(cid, kid) {
      const keys = undecided.get(cid) ?? new Set();
      undecided.set(cid, keys.add(kid));
    },
    gone(cid) {
      undecided.delete(cid);
      answered.delete(cid);
    },
    refusal(session, cid, kid) {
      if (holder() !== session) return 'another session decides about clients';
      return answered.get(cid)?.has(kid) ? `client ${cid} (key ${kid}) has been answered already` : undefined;
    },
    decided(cid, kid) {
      undecided.get(cid)?.delete(kid);
      const keys = answered.get(cid) ?? new Set();
      answered.set(cid, keys.add(kid));
    },
    get waiting() {
      return [...undecided].flatMap(([cid, keys]) => [...keys].map(kid => ({ cid, kid })));
    },
    clear() {
      undecided.clear();
      answered.clear();
    },
  };
}
