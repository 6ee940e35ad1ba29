import { formatAddress } from '../../cli/address.ts';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { limitTime } from '../../cli/time-limit.ts';
import type { ClientOrder } from '../../watch/client-order.ts';
import { daemonSource } from '../../watch/daemon-source.ts';
import { fileSource } from '../../watch/file-source.ts';
import { summarize } from '../../watch/summary.ts';
import { startWatch } from '../../watch/watch.ts';

type RunWatchOptions = {
  readonly interval: number;
  readonly sort: ClientOrder;
  readonly seconds: number | undefined;
  readonly file: string | undefined;
};

/** `ovpnkit watch`. */
export async function runWatch(
  context: Context,
  { interval, sort, seconds, file }: RunWatchOptions,
): Promise<Outcome> {
  const address = file ?? formatAddress(await context.upstream());
  const source =
    file === undefined
      ? daemonSource(signal => context.connect({ reconnect: { maxDelayMs: 2000 }, signal }))
      : fileSource(file);
  const watch = startWatch(source, {
    address,
    order: sort,
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
