import type { Caller } from '@ovpnkit/dbus';

/** Who is told of changes of the network, each until it leaves the bus. */
export type Subscribers = {
  /** Replaces what the same one wanted before. */
  add(caller: Caller, mask: number): void;
  /** False when there is no such subscriber. */
  remove(name: string): boolean;
  /** Those who want changes of this type. */
  of(type: number): string[];
  readonly list: [name: string, mask: number][];
};

/** `hold` is called for each one, and gives the function that is called when it is none any longer. */
export function createSubscribers(hold: () => () => void): Subscribers {
  const subscribers = new Map<string, { readonly mask: number; readonly end: () => void }>();

  function remove(name: string): boolean {
    subscribers.get(name)?.end();
    return subscribers.delete(name);
  }

  return {
    add({ name, gone }, mask) {
      remove(name);
      if (gone.aborted) return;
      const release = hold();
      const leave = () => void remove(name);
      gone.addEventListener('abort', leave);
      const end = () => {
        gone.removeEventListener('abort', leave);
        release();
      };
      subscribers.set(name, { mask, end });
    },
    remove,
    of: type => [...subscribers].flatMap(([name, { mask }]) => (mask & type ? [name] : [])),
    get list() {
      return [...subscribers].map(([name, { mask }]): [string, number] => [name, mask]);
    },
  };
}
