import { CommandError, type DisconnectedClient, LookupError } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { printable } from '../../output/printable.ts';
import { virtualAddresses } from '../../status/client-columns.ts';

type KillOptions = {
  readonly all: boolean;
  readonly halt: boolean;
  readonly restart: boolean;
  readonly reason: string | undefined;
};

/** `ovpnkit kill`. Every target is tried; the outcome is `failed` when one of them was refused. */
export async function runKill(
  { connect, print }: Context,
  { all, halt, restart, reason }: KillOptions,
  targets: readonly string[],
): Promise<Outcome> {
  if (halt && restart) throw new UsageError('--halt and --restart exclude each other');
  const order = halt ? ('HALT' as const) : restart ? ('RESTART' as const) : undefined;
  const options = { all, ...(order && { order }), ...(reason !== undefined && { reason }) };
  const daemon = await connect();
  let outcome: Outcome = 'ok';
  for (const target of targets) {
    try {
      for (const each of await daemon.disconnectClients(target, options))
        print(printable(`${target}: disconnected ${describe(each)}`));
    } catch (error) {
      if (error instanceof LookupError) process.stderr.write(`ovpnkit: ${printable(error.message)}\n`);
      else if (error instanceof CommandError)
        process.stderr.write(`ovpnkit: ${printable(`${target}: ${error.text}`)}\n`);
      else throw error;
      outcome = 'failed';
    }
  }
  return outcome;
}

/** `client 7 (alice, user anna, 198.51.100.7:49152, 10.8.0.2)`. */
function describe({ cid, client }: DisconnectedClient): string {
  const who = cid === undefined ? 'the client' : `client ${cid}`;
  if (!client) return who;
  const { commonName, username, realAddress } = client;
  const user = username === undefined || username === commonName ? [] : [`user ${username}`];
  return `${who} (${[commonName, ...user, realAddress, virtualAddresses(client)].join(', ')})`;
}
