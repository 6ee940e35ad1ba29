import { formatBytes, formatCount, formatDuration } from '../output/quantity.ts';
import type { Traffic } from './client-list.ts';
import type { WatchModel } from './model.ts';

/** Over all clients of a server, or of the one tunnel of a client. */
export const totalsOf = ({ status, clients, traffic }: WatchModel): Traffic =>
  status?.mode === 'server' ? clients.traffic() : traffic;

/** The daemon at this moment in one line. */
export function summarize(model: WatchModel, now: Date): string {
  const { presence, state, status, clients, written } = model;
  const { received, sent, rates } = totalsOf(model);
  if (presence.type === 'away') return `away for ${formatDuration(now.getTime() - presence.since.getTime())}`;
  return [
    written
      ? `written ${formatDuration(now.getTime() - written.getTime())} ago`
      : (state?.name ?? 'state unknown'),
    ...(status?.mode === 'server' ? [formatCount(clients.all.length, 'client')] : []),
    `received ${formatBytes(received)}${rates ? ` (${formatRate(rates.received)})` : ''}`,
    `sent ${formatBytes(sent)}${rates ? ` (${formatRate(rates.sent)})` : ''}`,
  ].join(', ');
}

/** Bytes per second; `-` while there is no rate yet. */
export const formatRate = (rate: number | undefined): string =>
  rate === undefined ? '-' : `${formatBytes(rate)}/s`;
