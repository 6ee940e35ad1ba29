export type Load = { readonly calls: number; readonly weight: number };

/** Bounds what is in work at the same time: of each user, so that nobody takes it all, and of all together. */
export type Quota = {
  /** False when that would be more than allowed; then nothing was counted. */
  enter(user: string | number, weight: number): boolean;
  leave(user: string | number, weight: number): void;
};

export function createQuota(ofEach: Load, ofAll: Load): Quota {
  const users = new Map<string | number, Load>();
  let all: Load = { calls: 0, weight: 0 };
  return {
    enter(user, weight) {
      const own = plus(users.get(user), 1, weight);
      const total = plus(all, 1, weight);
      if (exceeds(own, ofEach) || exceeds(total, ofAll)) return false;
      users.set(user, own);
      all = total;
      return true;
    },
    leave(user, weight) {
      const own = plus(users.get(user), -1, -weight);
      if (own.calls > 0) users.set(user, own);
      else users.delete(user);
      all = plus(all, -1, -weight);
    },
  };
}

function plus(load: Load = { calls: 0, weight: 0 }, calls: number, weight: number): Load {
  return { calls: load.calls + calls, weight: load.weight + weight };
}

function exceeds(load: Load, limit: Load): boolean {
  return load.calls > limit.calls || load.weight > limit.weight;
}
