import type { SessionStatus } from '@ovpnkit/management/hub';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { printable } from '../../output/printable.ts';
import { formatBytes, formatDuration } from '../../output/quantity.ts';
import { styleFor } from '../../output/style.ts';
import { type Column, formatTable } from '../../output/table.ts';

/** What `hub-status` answers, as JSON. */
type Answer = {
  address: string;
  connected: boolean;
  sessions: (Omit<SessionStatus, 'since'> & { since: string })[];
};

const columns: readonly Column<Answer['sessions'][number]>[] = [
  { title: 'session', align: 'right', cell: ({ id }) => String(id) },
  { title: 'listener', cell: ({ listener }) => printable(listener) },
  { title: 'role', cell: ({ role, decides }) => (decides ? `${role}, decides` : role) },
  { title: 'for', align: 'right', cell: ({ since }) => formatDuration(Date.now() - Date.parse(since)) },
  { title: 'commands', align: 'right', cell: ({ commands }) => String(commands) },
  { title: 'sent', align: 'right', cell: ({ bytesSent }) => formatBytes(bytesSent) },
  { title: 'dropped', align: 'right', cell: ({ dropped }) => String(dropped) },
];

/** `ovpnkit hub status`. */
export async function runHubStatus(
  { connect, print }: Context,
  { json }: { readonly json: boolean },
): Promise<Outcome> {
  const client = await connect({ to: 'hub' });
  const [part] = await client.raw('hub-status', ['block']);
  const [line = ''] = part?.type === 'block' ? part.lines : [];
  if (!line.startsWith('{'))
    throw new UsageError(`there is no hub at ${client.address}; name the hub's listener`);
  if (json) print(line);
  else print(report(JSON.parse(line)).join('\n'));
  return 'ok';
}

function report({ address, connected, sessions }: Answer): string[] {
  const daemon = `daemon ${printable(address)}: ${connected ? 'connected' : 'not connected'}`;
  return [daemon, ...formatTable(columns, sessions, styleFor(process.stdout))];
}
