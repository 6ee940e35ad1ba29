import type { Outcome } from '../../cli/outcome.ts';
import { printable } from '../../output/printable.ts';
import type { WatchModel } from '../../watch/model.ts';

/** The last line of a demo, and how it ended. */
export type Verdict = { readonly line: string; readonly outcome: Outcome };

/** Judges a demo by what the server's management interface really told, and by what failed. */
export function judge(seen: WatchModel['seen'] | undefined, failure?: unknown): Verdict {
  const [clients, events, bytes] = [seen?.clients.size ?? 0, seen?.events ?? 0, seen?.bytes ?? 0n];
  const counts = `clients=${clients} events=${events} bytes=${bytes}`;
  const missing = Object.entries({ clients, events, bytes }).flatMap(([name, count]) =>
    Number(count) === 0 ? [name] : [],
  );
  const problem =
    failure === undefined
      ? missing.length > 0
        ? `no ${missing.join(', no ')} seen`
        : undefined
      : reason(failure);
  if (problem === undefined) return { line: `demo: ok ${counts}`, outcome: 'ok' };
  return { line: `demo: failed ${counts}: ${problem}`, outcome: 'failed' };
}

const reason = (failure: unknown): string =>
  printable(failure instanceof Error ? failure.message : String(failure));
