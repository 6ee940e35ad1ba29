// Deadlines that come when a test says so, however busy the machine is.
import type { TestContext } from 'node:test';

export type Clock = {
  /** Lets so much time pass at once. */
  pass(ms: number): void;
};

/** Stops `setTimeout` for the rest of the test. The timers of `t.mock` would do so too, but have no `refresh()`. */
export function stopClock(t: TestContext): Clock {
  const timers = new Map<object, { readonly due: number; call(): void }>();
  let now = 0;
  t.mock.method(globalThis, 'setTimeout', ((call: () => void, ms: number) => {
    const timer = { refresh: () => timers.set(timer, { due: now + ms, call }) };
    timer.refresh();
    return timer;
  }) as unknown as typeof setTimeout);
  t.mock.method(globalThis, 'clearTimeout', (timer: object) => void timers.delete(timer));
  return {
    pass(ms) {
      now += ms;
      for (const [timer, { due, call }] of timers) {
        if (due > now) continue;
        timers.delete(timer);
        call();
      }
    },
  };
}
