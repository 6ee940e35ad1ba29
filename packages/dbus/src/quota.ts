/** Bounds what each user has in work at the same time, so that one user's calls do not fill the memory. */
export type Quota = {
  /** False when the user has as much in work as allowed; then nothing was counted. */
  enter(user: string | number, weight: number): boolean;
  leave(user: string | number, weight: number): void;
};

export function createQuota(maxCalls: number, maxWeight: number): Quota {
  const users = new Map<string | number, { calls: number; weight: number }>();
  return {
    enter(user, weight) {
      const used = users.get(user) ?? { calls: 0, weight: 0 };
      // One call alone may be as heavy as a message may be.
      if (used.calls >= maxCalls || (used.calls > 0 && used.weight + weight > maxWeight)) return false;
      used.calls++;
      used.weight += weight;
      users.set(user, used);
      return true;
    },
    leave(user, weight) {
      const used = users.get(user);
      if (!used) return;
      used.calls--;
      used.weight -= weight;
      if (used.calls === 0) users.delete(user);
    },
  };
}
