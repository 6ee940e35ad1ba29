import type { SignalName } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { UsageError } from '../../cli/usage-error.ts';

const names: readonly SignalName[] = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'];

/** `ovpnkit signal`. */
export async function runSignal(
  { connect, print }: Context,
  [word = '']: readonly string[],
): Promise<Outcome> {
  const wanted = word.toUpperCase().replace(/^(?:SIG)?/, 'SIG');
  const name = names.find(known => known === wanted);
  if (!name) throw new UsageError(`there is no signal ${word}; take one of ${names.join(', ')}`);
  const daemon = await connect();
  await daemon.signal(name);
  print(`${name} sent`);
  return 'ok';
}
