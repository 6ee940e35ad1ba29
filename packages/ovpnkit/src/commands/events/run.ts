import { formatJson } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';

type EventsOptions = {
  readonly state: boolean;
  readonly log: boolean;
  readonly echo: boolean;
  readonly bytecount: number | undefined;
};

/** `ovpnkit events`. */
export async function runEvents(context: Context, options: EventsOptions): Promise<Outcome> {
  const { signal } = context;
  const print = (event: object): void => context.print(formatJson({ at: new Date(), ...event }));
  const client = await context.connect({ reconnect: true });
  // What a slow reader of the output misses is counted in a `dropped` event; the connection lives on.
  const events = client.events({ overflow: 'drop-oldest' });
  if (options.state) await client.state('on');
  if (options.log) await client.log('on');
  if (options.echo) await client.echo('on');
  if (options.bytecount !== undefined) await client.bytecount(options.bytecount);
  print(await client.snapshot());
  for await (const event of events) print(event);
  signal.throwIfAborted();
  return 'ok';
}
