import { formatJson } from '@ovpnkit/management';
import { openHub } from '@ovpnkit/management/hub';
import type { Context } from '../../cli/context.ts';
import { parseListener } from '../../cli/listener-spec.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { limitTime } from '../../cli/time-limit.ts';
import { untilAborted } from '../../cli/until-aborted.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { printable } from '../../output/printable.ts';
import { formatHubEvent } from './format-hub-event.ts';

type HubOptions = {
  readonly listen: readonly string[] | undefined;
  readonly lost: 'close' | 'keep';
  readonly undecided: 'deny' | 'wait';
  readonly seconds: number | undefined;
  readonly json: boolean;
};

/** `ovpnkit hub` and `ovpnkit hub status`. */
export async function runHub(
  context: Context,
  options: HubOptions,
  [action]: readonly string[],
): Promise<Outcome> {
  if (action === 'status') return (await import('./run-status.ts')).runHubStatus(context, options);
  if (action !== undefined)
    throw new UsageError(`'${action}' is no action of the hub; the only one is status`);
  const listeners = (options.listen ?? []).map(parseListener);
  if (listeners.length === 0)
    throw new UsageError('say where programs connect, with --listen unix:/run/ovpnkit/server.sock');
  const { print, signal } = context;
  const hub = await openHub({
    upstream: await context.upstream('daemon'),
    listeners,
    whenLost: options.lost,
    whenUndecided: options.undecided,
    onEvent: event => print(options.json ? formatJson({ at: new Date(), ...event }) : formatHubEvent(event)),
  });
  try {
    for (const [index, { address }] of hub.listeners.entries()) {
      print(`hub: listening at ${printable(address)} (role ${listeners[index]?.role ?? 'monitor'})`);
    }
    await untilAborted(limitTime(signal, options.seconds));
  } finally {
    await hub.close();
  }
  signal.throwIfAborted();
  return 'ok';
}
