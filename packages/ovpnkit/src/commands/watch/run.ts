import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { limitTime } from '../../cli/time-limit.ts';
import { summarize } from '../../watch/summary.ts';
import { startWatch } from '../../watch/watch.ts';

type RunWatchOptions = { readonly interval: number; readonly seconds: number | undefined };

/** `ovpnkit watch`. */
export async function runWatch(context: Context, { interval, seconds }: RunWatchOptions): Promise<Outcome> {
  const client = await context.connect({ reconnect: { maxDelayMs: 2000 } });
  const watch = startWatch(client, {
    intervalMs: interval * 1000,
    signal: limitTime(context.signal, seconds),
    input: process.stdin,
    output: process.stdout,
  });
  await watch.ended;
  context.print(summarize(watch.model, new Date()));
  context.signal.throwIfAborted();
  return 'ok';
}
