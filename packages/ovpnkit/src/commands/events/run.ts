import { formatJson } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { limitTime } from '../../cli/time-limit.ts';

type EventsOptions = {
  readonly state: boolean;
  readonly log: boolean;
  readonly echo: boolean;
  readonly bytecount: number | undefined;
  readonly seconds: number | undefined;
};

/** `ovpnkit events`. */
export async function runEvents(context: Context, options: EventsOptions): Promise<Outcome> {
  const signal = limitTime(context.signal, options.seconds);
  const print = (event: object): void => context.print(formatJson({ at: new Date(), ...event }));
  const client = await context.connect({ reconnect: true });
  // What a slow reader of the output misses is counted in a `dropped` event; the connection lives on.
  const events = client.events({ overflow: 'drop-oldest' });
  if (options.state) await client.state('on');
  if (options.log) await client.log('on');
  if (options.echo) await client.echo('on');
  if (options.bytecount !== undefined) await client.bytecount(options.bytecount);
  print(await client.snapshot());
  signal.addEventListener('abort', () => void client.close(), { once: true });
  if (signal.aborted) await client.close();
  for await (const event of events) print(event);
  context.signal.throwIfAborted();
  return 'ok';
}
