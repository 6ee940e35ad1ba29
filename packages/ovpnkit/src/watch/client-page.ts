import { wrap } from '../output/cut.ts';
import { printable } from '../output/printable.ts';
import { formatBytes, formatDuration, formatTime } from '../output/quantity.ts';
import type { Style } from '../output/style.ts';
import type { WatchedClient } from './client-list.ts';
import type { WatchModel } from './model.ts';
import { formatRate } from './summary.ts';

/** All that is known of one client, each text to its end. */
export function clientPage(
  model: WatchModel,
  chosen: WatchedClient,
  columns: number,
  now: Date,
  style: Style,
): string[] {
  const watched = model.clients.find(chosen.id);
  const { client, meter } = watched ?? chosen;
  const connected = now.getTime() - client.connectedSince.getTime();
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['user', client.username],
    ['real address', client.realAddress.text],
    ['virtual', client.virtualIpv4?.toString()],
    ['virtual', client.virtualIpv6?.toString()],
    ['since', formatTime(client.connectedSince)],
    ['for', watched && formatDuration(connected)],
    ['in', watched && formatRate(meter.rates?.received)],
    ['out', watched && formatRate(meter.rates?.sent)],
    ['received', `${formatBytes(meter.received)} (${meter.received} bytes)`],
    ['sent', `${formatBytes(meter.sent)} (${meter.sent} bytes)`],
    ['cipher', client.cipher],
    ['client id', client.cid?.toString()],
    ['peer id', client.peerId?.toString()],
    ...routesOf(model, watched).map(route => ['route', route] as const),
  ];
  return [
    ...wrap(printable(client.commonName), columns).map(line => style('bold', line)),
    ...(watched ? [] : [style('yellow', 'it has left; this was its last')]),
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : line(name, value, columns))),
  ];
}

const nameWidth = 14;

function line(name: string, value: string, columns: number): string[] {
  const [first = '', ...rest] = wrap(printable(value), Math.max(1, columns - nameWidth));
  return [`${name.padEnd(nameWidth)}${first}`, ...rest.map(each => `${' '.repeat(nameWidth)}${each}`)];
}

/** The networks behind it, beside its own addresses. */
function routesOf({ status }: WatchModel, watched: WatchedClient | undefined): string[] {
  if (status?.mode !== 'server' || !watched) return [];
  const { commonName, realAddress, virtualIpv4, virtualIpv6 } = watched.client;
  const own = [virtualIpv4, virtualIpv6].map(String);
  return status.routes
    .filter(route => route.commonName === commonName && String(route.realAddress) === realAddress.text)
    .map(
      route => `${route.virtualAddress}${route.prefixLength === undefined ? '' : `/${route.prefixLength}`}`,
    )
    .filter(address => !own.includes(address));
}
