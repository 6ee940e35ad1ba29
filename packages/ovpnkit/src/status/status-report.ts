import type { Client, ClientStatus, ServerStatus, Status } from '@ovpnkit/management';
import { printable } from '../output/printable.ts';
import { formatBytes, formatCount, formatTime } from '../output/quantity.ts';
import type { Style } from '../output/style.ts';
import { formatTable } from '../output/table.ts';
import { type ClientColumnName, clientColumns } from './client-columns.ts';

/** A status as lines for people. */
export function reportStatus(status: Status, sort: ClientColumnName | undefined, style: Style): string[] {
  return [...reportRows(status, sort, style), ...reportMalformed(status.malformed, style)];
}

function reportRows(status: Status, sort: ClientColumnName | undefined, style: Style): string[] {
  switch (status.mode) {
    case 'server':
      return reportServer(status, sort, style);
    case 'client':
      return reportClient(status, style);
    case 'unknown':
      return [];
  }
}

function reportServer(status: ServerStatus, sort: ClientColumnName | undefined, style: Style): string[] {
  const clients = sort ? status.clients.toSorted(clientColumns[sort].compare) : status.clients;
  const table = clients.length > 0 ? formatTable(Object.values(clientColumns), clients, style) : [];
  const total = (bytes: (client: Client) => bigint): string =>
    formatBytes(clients.reduce((sum, client) => sum + bytes(client), 0n));
  const totals = [
    formatCount(clients.length, 'client'),
    `received ${total(client => client.bytesReceived)}`,
    `sent ${total(client => client.bytesSent)}`,
    formatCount(status.routes.length, 'route'),
    formatTime(status.time),
  ];
  return [...table, totals.join(', ')];
}

function reportClient({ statistics, time }: ClientStatus, style: Style): string[] {
  const counter = { title: 'counter', cell: ([name]: readonly [string, bigint]) => printable(name) };
  const value = {
    title: 'value',
    align: 'right',
    cell: ([, bytes]: readonly [string, bigint]) => String(bytes),
  } as const;
  const size = {
    title: '',
    align: 'right',
    cell: ([name, bytes]: readonly [string, bigint]) => (/bytes/i.test(name) ? formatBytes(bytes) : ''),
  } as const;
  return [...formatTable([counter, value, size], [...statistics], style), formatTime(time)];
}

/** Rows are not dropped because they are not understood. */
export function reportMalformed(rows: readonly string[], style: Style): string[] {
  if (rows.length === 0) return [];
  const what = `${formatCount(rows.length, 'row')} of the daemon's answer cannot be read with certainty:`;
  return [style('yellow', what), ...rows.map(row => `  ${printable(row)}`)];
}
