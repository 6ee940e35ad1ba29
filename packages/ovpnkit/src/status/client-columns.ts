import { type Client, IpAddress } from '@ovpnkit/management';
import { printable } from '../output/printable.ts';
import { formatBytes, formatTime } from '../output/quantity.ts';
import type { Column } from '../output/table.ts';

export type ClientColumnName =
  | 'name'
  | 'address'
  | 'virtual'
  | 'received'
  | 'sent'
  | 'since'
  | 'user'
  | 'cipher';

/** A column of the client list, with the order that it sorts by. */
export type ClientColumn = Column<Client> & { compare(a: Client, b: Client): number };

/** The columns, by the names that `--sort` takes. */
export const clientColumns: Readonly<Record<ClientColumnName, ClientColumn>> = {
  name: textColumn('name', client => client.commonName),
  address: {
    title: 'real address',
    cell: client => printable(client.realAddress.text),
    compare: ({ realAddress: a }, { realAddress: b }) =>
      IpAddress.compare(a.address, b.address) || (a.port ?? 0) - (b.port ?? 0),
  },
  virtual: {
    title: 'virtual addresses',
    cell: virtualAddresses,
    compare(a, b) {
      const [left, right] = [a.virtualIpv4 ?? a.virtualIpv6, b.virtualIpv4 ?? b.virtualIpv6];
      return left && right ? IpAddress.compare(left, right) : Number(!left) - Number(!right);
    },
  },
  received: bytesColumn('received', client => client.bytesReceived),
  sent: bytesColumn('sent', client => client.bytesSent),
  since: {
    title: 'since',
    cell: client => formatTime(client.connectedSince),
    compare: (a, b) => a.connectedSince.getTime() - b.connectedSince.getTime(),
  },
  user: textColumn('user', client => client.username ?? ''),
  cipher: textColumn('cipher', client => client.cipher ?? ''),
};

/** The addresses that a client has inside the tunnel; `-` before it has any. */
export function virtualAddresses({ virtualIpv4, virtualIpv6 }: Client): string {
  return [virtualIpv4, virtualIpv6].filter(Boolean).join(' ') || '-';
}

/** Made once: localeCompare would make one for each two clients. */
const collator = new Intl.Collator(undefined, { numeric: true });

function textColumn(title: string, text: (client: Client) => string): ClientColumn {
  return {
    title,
    cell: client => printable(text(client)) || '-',
    compare: (a, b) => collator.compare(text(a), text(b)),
  };
}

function bytesColumn(title: string, bytes: (client: Client) => bigint): ClientColumn {
  return {
    title,
    align: 'right',
    cell: client => formatBytes(bytes(client)),
    compare: (a, b) => Number(bytes(b) - bytes(a)),
  };
}
