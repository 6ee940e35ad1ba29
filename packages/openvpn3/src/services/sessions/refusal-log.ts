/** Whether the refusal of a call of this user is to be logged, and how many were not since the last that was. */
export type RefusalLog = (uid: number | undefined) => { readonly passedOver: number } | undefined;

/** So many at once, and then one a second. */
const BURST = 20;
const EVERY_MS = 1000;
/** Then all begin anew. */
const MOST_USERS = 1000;

type User = { since: number; logged: number; passedOver: number };

/**
 * Everybody may call, so everybody could fill the disk with what he is refused. Each user has a measure of his own: nobody
 * hides behind the noise of another. `now` is in milliseconds.
 */
export function createRefusalLog(now: () => number = () => performance.now()): RefusalLog {
  const users = new Map<number | undefined, User>();
  return uid => {
    const time = now();
    if (users.size > MOST_USERS) users.clear();
    const user = users.get(uid) ?? { since: time, logged: 0, passedOver: 0 };
    users.set(uid, user);
    const regained = Math.floor((time - user.since) / EVERY_MS);
    user.since += regained * EVERY_MS;
    user.logged = Math.max(0, user.logged - regained);
    if (user.logged === BURST) {
      user.passedOver++;
      return undefined;
    }
    const { passedOver } = user;
    user.logged++;
    user.passedOver = 0;
    return { passedOver };
  };
}
