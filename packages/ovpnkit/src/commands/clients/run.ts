import { type Client, formatJson, type StatusRow } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { printable } from '../../output/printable.ts';
import { tellIncomplete } from '../../status/ask-status.ts';
import { createSeen, moveTo } from '../../status/join-status.ts';

/** `ovpnkit clients`. */
export async function runClients(
  { connect, print }: Context,
  { json }: { readonly json: boolean },
): Promise<Outcome> {
  const daemon = await connect();
  const seen = createSeen();
  const show = (client: Client): void => print(json ? formatJson(client) : formatClient(client));
  let [problem, time]: [string | undefined, Date | undefined] = [undefined, undefined];
  for await (const row of daemon.statusRows()) {
    complainOf(row);
    if (row.type === 'title' && row.title === 'OpenVPN STATISTICS') {
      throw new UsageError(`${daemon.address} is a client, which has no clients; use status`);
    }
    if (row.type === 'time') time = row.time;
    if (row.type === 'cut') problem = row.problem;
    if (row.type !== 'client') continue;
    seen.add(row.client);
    show(row.client);
  }
  if (problem === undefined) return 'ok';
  let toOurs = (client: Client): Client => client;
  for await (const row of daemon.statusRows(1)) {
    complainOf(row);
    if (row.type === 'time' && time !== undefined) toOurs = moveTo(time, row.time);
    if (row.type === 'client' && seen.isNew(row.client)) show(toOurs(row.client));
  }
  process.stderr.write(`ovpnkit: ${printable(tellIncomplete(problem))}\n`);
  return 'incomplete';
}

function complainOf(row: StatusRow): void {
  if (row.type === 'malformed')
    process.stderr.write(`ovpnkit: cannot be read with certainty: ${printable(row.line)}\n`);
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
