import type { TestContext } from 'node:test';

const undone = new WeakMap<TestContext, (() => unknown)[]>();

/**
 * Does this when the test ends, however it ends: what came last is undone first, where `t.after` begins with the first.
 * Everything is tried; the first failure is thrown at last.
 */
export function atEnd(t: TestContext, undo: () => unknown): void {
  const known = undone.get(t);
  if (known !== undefined) {
    known.push(undo);
    return;
  }
  const steps = [undo];
  undone.set(t, steps);
  t.after(async () => {
    const failures: unknown[] = [];
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  });
}
