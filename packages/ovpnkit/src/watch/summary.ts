import { formatBytes, formatCount, formatDuration } from '../output/quantity.ts';
import type { Rates } from './meter.ts';
import type { WatchModel } from './model.ts';

/** Sums over everything that the daemon carries. */
export type Totals = { readonly received: bigint; readonly sent: bigint; readonly rates: Rates | undefined };

/** Over all clients of a server, or of the one tunnel of a client. */
export function totalsOf({ status, clients, traffic }: WatchModel): Totals {
  if (status?.mode !== 'server') return traffic;
  const meters = clients.all.map(({ meter }) => meter);
  const known = meters.flatMap(({ rates }) => rates ?? []);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    received: meters.reduce((total, meter) => total + meter.received, 0n),
    sent: meters.reduce((total, meter) => total + meter.sent, 0n),
    rates:
      known.length === 0
        ? undefined
        : { received: sum(known.map(r => r.received)), sent: sum(known.map(r => r.sent)) },
  };
}

/** The daemon at this moment in one line. */
export function summarize(model: WatchModel, now: Date): string {
  const { presence, state, status, clients } = model;
  const { received, sent, rates } = totalsOf(model);
  if (presence.type === 'away') return `away for ${formatDuration(now.getTime() - presence.since.getTime())}`;
  return [
    state?.name ?? 'state unknown',
    ...(status?.mode === 'server' ? [formatCount(clients.all.length, 'client')] : []),
    `received ${formatBytes(received)}${rates ? ` (${formatRate(rates.received)})` : ''}`,
    `sent ${formatBytes(sent)}${rates ? ` (${formatRate(rates.sent)})` : ''}`,
  ].join(', ');
}

/** Bytes per second; `-` while there is no rate yet. */
export const formatRate = (rate: number | undefined): string =>
  rate === undefined ? '-' : `${formatBytes(rate)}/s`;
