import { formatJson, type State } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { printable } from '../../output/printable.ts';
import { formatTime } from '../../output/quantity.ts';

type StateOptions = { readonly history: boolean; readonly json: boolean };

/** `ovpnkit state`. */
export async function runState({ connect, print }: Context, options: StateOptions): Promise<Outcome> {
  const client = await connect();
  const states = options.history ? await client.state('all') : [await client.state()];
  if (options.json) print(formatJson(options.history ? states : states[0], 2));
  else print(states.map(formatState).join('\n'));
  return 'ok';
}

/** One state in one line: `2026-11-21 21:30:05  CONNECTED  SUCCESS  tunnel 10.8.0.2  remote 198.51.100.7:1194`. */
export function formatState(state: State): string {
  const endpoint = (address: unknown, port: unknown) =>
    printable(port === undefined ? `${address}` : `${address} port ${port}`);
  const remote = state.remoteAddress ?? state.remoteName;
  const parts = [
    formatTime(state.time),
    printable(state.name),
    printable(state.description),
    ...[state.localVirtualIpv4, state.localVirtualIpv6].filter(Boolean).map(address => `tunnel ${address}`),
    remote === undefined ? '' : `remote ${endpoint(remote, state.remotePort ?? state.remoteService)}`,
    state.localAddress ? `local ${endpoint(state.localAddress, state.localPort)}` : '',
  ];
  return parts.filter(part => part !== '').join('  ');
}
