import { type Client, formatJson } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { printable } from '../../output/printable.ts';

/** `ovpnkit clients`. */
export async function runClients(
  { connect, print }: Context,
  { json }: { readonly json: boolean },
): Promise<Outcome> {
  const daemon = await connect();
  for await (const row of daemon.statusRows()) {
    if (row.type === 'malformed')
      process.stderr.write(`ovpnkit: cannot be read with certainty: ${printable(row.line)}\n`);
    if (row.type === 'title' && row.title === 'OpenVPN STATISTICS') {
      throw new UsageError(`${daemon.address} is a client, which has no clients; use status`);
    }
    if (row.type === 'client') print(json ? formatJson(row.client) : formatClient(row.client));
  }
  return 'ok';
}

function formatClient(client: Client): string {
  return [
    client.cid,
    client.commonName,
    client.realAddress,
    client.virtualIpv4,
    client.virtualIpv6,
    client.bytesReceived,
    client.bytesSent,
    client.connectedSince.toISOString(),
    client.username,
  ]
    .map(value => printable(String(value ?? '')) || '-')
    .join('\t');
}
