// Measures alternately: other programs, a warm processor and a growing heap then fall on all alike, and the median of
// the ratios within the rounds is what counts.

/** The numbers of one kind of measurement, in the order of the rounds. */
export type Samples<T = number> = readonly T[];

/** Runs every measurement once in each round, back and forth (A B, B A, A B, …), after one round that does not count. */
export async function alternate<Name extends string, T>(
  rounds: number,
  measurements: Readonly<Record<Name, () => T | Promise<T>>>,
): Promise<Record<Name, Samples<T>>> {
  const entries = Object.entries(measurements) as [Name, () => T | Promise<T>][];
  const samples = Object.fromEntries(entries.map(([name]) => [name, []])) as unknown as Record<Name, T[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const [name, measure] of round % 2 === 0 ? entries : entries.toReversed()) {
      const sample = await measure();
      if (round > 0) samples[name].push(sample);
    }
  }
  return samples;
}

/** The milliseconds that `work` takes, after a collection. What it returns is alive until the clock stops. */
export function timed(work: () => unknown): () => number {
  return () => {
    collect();
    const start = performance.now();
    work();
    return performance.now() - start;
  };
}

/** A full garbage collection. */
export function collect(): void {
  if (!globalThis.gc) throw new Error('bench/run.ts needs node --expose-gc; run it by `npm run bench`');
  globalThis.gc();
}

/** The ratios of two measurements, round by round. */
export function ratios(measured: Samples, baseline: Samples): Samples {
  return measured.map((value, round) => value / (baseline[round] ?? Number.NaN));
}

export const median = (samples: Samples): number => quantile(samples, 0.5);

/** The nearest sample at or above that share of them: 0.5 is the median, 0.99 what all but one percent are below. */
export function quantile(samples: Samples, share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
