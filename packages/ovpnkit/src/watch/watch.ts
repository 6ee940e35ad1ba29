import {
  CommandError,
  ConnectionError,
  type Event,
  type ManagementClient,
  TimeoutError,
} from '@ovpnkit/management';
import { untilAborted } from '../cli/until-aborted.ts';
import { askStatus } from '../status/ask-status.ts';
import type { ClientOrder } from './client-order.ts';
import { openLiveScreen } from './live-screen.ts';
import { createWatched, type Input, type WatchModel } from './model.ts';
import { startNavigation } from './navigation.ts';
import { createPlainScreen } from './plain-screen.ts';
import { startPoller } from './poller.ts';

export type WatchOptions = {
  /** What the screen calls the daemon. */
  readonly address: string;
  readonly order?: ClientOrder;
  readonly intervalMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Lines that a live screen has above everything else. */
  readonly notes?: readonly string[];
};

export type Watch = {
  readonly model: WatchModel;
  /** Shows a remark among what happens. */
  remark(text: string): void;
  /** Resolves when the user or the signal ends it, rejects when the daemon cannot be watched any longer. */
  readonly ended: Promise<void>;
};

/**
 * Shows a daemon over a connection of its own (made with `reconnect`), live on a terminal or line by line. The screen
 * is there before the connection is.
 */
export function startWatch(
  connect: (signal: AbortSignal) => Promise<ManagementClient>,
  options: WatchOptions,
): Watch {
  const { intervalMs, output } = options;
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const { model, apply } = createWatched(options.address, intervalMs * 0.9);
  const screen = output.isTTY
    ? openLiveScreen({
        ...options,
        notes: options.notes ?? [],
        navigation: startNavigation(options.order),
        onQuit: () => end.abort(),
      })
    : createPlainScreen(output);
  const learn = (input: Input): void => screen.show(model, apply(input, new Date()));

  screen.show(model, []);

  const follow = async (): Promise<void> => {
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

  const run = async (): Promise<void> => {
    try {
      await Promise.race([follow(), untilAborted(signal)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      end.abort();
      screen.close();
    }
  };
  return { model, remark: text => learn({ type: 'remark', text }), ended: run() };
}

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
