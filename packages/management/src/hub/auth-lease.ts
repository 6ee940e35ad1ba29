/** A client that waits for an answer, by its numbers at the daemon, and the lines that asked. */
export type Waiting = { readonly cid: bigint; readonly kid: bigint; readonly question: readonly string[] };

/** Which one of the programs decides about clients, and what has been decided. `T` is a session. */
export type AuthLease<T> = {
  /** The program that decides; `undefined` while there is none. */
  readonly holder: T | undefined;
  /** A program that may decide has come; it gets the lease if nobody has it. */
  join(session: T): void;
  /** A program is gone; the next in line gets the lease. */
  leave(session: T): void;
  /** A client asks. Its question is kept until it is answered, because another may have to answer it. */
  asked(waiting: Waiting): void;
  /** A client is gone. */
  gone(cid: bigint): void;
  /** Why this session may not answer this client, or this authentication of it, now; `undefined` when it may. */
  refusal(session: T, cid: bigint, kid?: bigint): string | undefined;
  /** An answer is on its way; nobody can give another. Returns what takes that back, for when the daemon refuses it. */
  decide(cid: bigint, kid: bigint): () => void;
  /** Whether this very question is still open. */
  waits(waiting: Waiting): boolean;
  /** The clients that nobody has answered. */
  readonly waiting: readonly Waiting[];
  /** A new daemon: its clients start again at 0. */
  clear(): void;
};

/** A client's authentications; those before the latest few can no longer be answered at the daemon either. */
const maxKeys = 8;

/**
 * `moved` is called when the lease has a new holder, or none. `mayStandIn` says who may answer while nobody has it,
 * without getting it.
 */
export function createAuthLease<T>(
  moved: (holder: T | undefined) => void,
  mayStandIn: (session: T) => boolean,
): AuthLease<T> {
  const line = new Set<T>();
  /** By CID, then by KID. Without a question it has been answered. */
  const clients = new Map<bigint, Map<bigint, Waiting | undefined>>();
  const holder = (): T | undefined => line.values().next().value;

  const keysOf = (cid: bigint): Map<bigint, Waiting | undefined> => {
    const keys = clients.get(cid) ?? new Map<bigint, Waiting | undefined>();
    clients.set(cid, keys);
    return keys;
  };
  const change = (step: () => void): void => {
    const before = holder();
    step();
    if (holder() !== before) moved(holder());
  };

  return {
    get holder() {
      return holder();
    },
    join: session => change(() => line.add(session)),
    leave: session => change(() => line.delete(session)),
    asked(waiting) {
      const keys = keysOf(waiting.cid);
      keys.delete(waiting.kid); // the latest is the last
      keys.set(waiting.kid, waiting);
      const [oldest] = keys.keys();
      if (keys.size > maxKeys && oldest !== undefined) keys.delete(oldest);
    },
    gone: cid => void clients.delete(cid),
    refusal(session, cid, kid) {
      const decides = holder() ?? (mayStandIn(session) ? session : undefined);
      if (decides !== session) return 'another session decides about clients';
      if (kid === undefined) return undefined;
      const keys = clients.get(cid);
      const answered = keys?.has(kid) === true && keys.get(kid) === undefined;
      return answered ? `client ${cid} (key ${kid}) has been answered already` : undefined;
    },
    decide(cid, kid) {
      const keys = keysOf(cid);
      const before = keys.get(kid);
      keys.set(kid, undefined);
      return () => {
        if (before) keys.set(kid, before);
        else keys.delete(kid);
        if (keys.size === 0 && clients.get(cid) === keys) clients.delete(cid);
      };
    },
    waits: waiting => clients.get(waiting.cid)?.get(waiting.kid) === waiting,
    get waiting() {
      return [...clients.values()].flatMap(keys =>
        [...keys.values()].filter(waiting => waiting !== undefined),
      );
    },
    clear: () => clients.clear(),
  };
}
