import { CommandError, type ManagementClient } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { printable } from '../../output/printable.ts';

type KillOptions = { readonly halt: boolean; readonly reason: string | undefined };

/** `ovpnkit kill`. Every target is tried; the outcome is `failed` when one of them was refused. */
export async function runKill(
  { connect, print }: Context,
  { halt, reason }: KillOptions,
  targets: readonly string[],
): Promise<Outcome> {
  if ((halt || reason !== undefined) && !targets.every(isCid)) {
    throw new UsageError(
      '--halt and --reason need the client ids: write cid:NUMBER, as `ovpnkit clients` shows them',
    );
  }
  const message =
    reason === undefined ? (halt ? 'HALT' : undefined) : `${halt ? 'HALT' : 'RESTART'},${reason}`;
  const daemon = await connect();
  let outcome: Outcome = 'ok';
  for (const target of targets) {
    try {
      await disconnect(daemon, target, message);
      print(`${printable(target)}: disconnected`);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      process.stderr.write(`ovpnkit: ${printable(target)}: ${printable(error.text)}\n`);
      outcome = 'failed';
    }
  }
  return outcome;
}

const isCid = (target: string): boolean => /^cid:\d+$/.test(target);

async function disconnect(
  daemon: ManagementClient,
  target: string,
  message: string | undefined,
): Promise<void> {
  if (isCid(target)) await daemon.clientKill(Number(target.slice('cid:'.length)), message);
  else await daemon.kill(target);
}
