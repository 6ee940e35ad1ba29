import {
  CommandError,
  ConnectionError,
  type Event,
  type ManagementClient,
  TimeoutError,
} from '@ovpnkit/management';
import { askStatus } from '../status/ask-status.ts';
import type { Input } from './input.ts';
import { startPoller } from './poller.ts';
import type { WatchSource } from './source.ts';

/** A daemon, over a connection of its own that is made with `reconnect`. */
export const daemonSource =
  (connect: (signal: AbortSignal) => Promise<ManagementClient>): WatchSource =>
  async (learn, intervalMs, signal) => {
    const client = await connect(signal);
    const events = client.events({ overflow: 'drop-oldest' });
    await prepare(client, intervalMs, learn);
    const poller = startPoller(intervalMs, signal, () => poll(client, learn));
    const consume = async (): Promise<void> => {
      for await (const event of events) {
        learn({ type: 'event', event });
        if (event.type === 'snapshot') learn({ type: 'release', release: await client.release() });
        if (changesClients(event)) poller.hurry();
      }
    };
    await Promise.race([consume(), poller.ended]);
  };

/** Switches on what the watch lives on, and learns what is true at its beginning. */
async function prepare(
  client: ManagementClient,
  intervalMs: number,
  learn: (input: Input) => void,
): Promise<void> {
  learn({ type: 'release', release: await client.release() });
  learn({ type: 'history', states: await client.state('on', 5), log: await client.log('on', 50) });
  await client.bytecount(Math.max(1, Math.round(intervalMs / 1000)));
  learn({ type: 'event', event: await client.snapshot() });
}

async function poll(client: ManagementClient, learn: (input: Input) => void): Promise<void> {
  try {
    if (client.connected) learn({ type: 'status', ...(await askStatus(client)) });
    else learn({ type: 'tick' });
  } catch (error) {
    if (error instanceof TimeoutError) learn({ type: 'silence' });
    // It waits in hold.
    else if (error instanceof CommandError) learn({ type: 'status', status: undefined });
    // That the connection is gone comes as an event as well.
    else if (!(error instanceof ConnectionError)) throw error;
  }
}

/** Only a status tells who is connected: a daemon without `management-client-auth` does not say who leaves. */
const changesClients = (event: Event): boolean => event.type === 'CLIENT' || event.type === 'STATE';
