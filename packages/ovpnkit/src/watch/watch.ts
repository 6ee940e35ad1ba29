import { untilAborted } from '../cli/until-aborted.ts';
import type { ClientOrder } from './client-order.ts';
import type { Input } from './input.ts';
import { openLiveScreen } from './live-screen.ts';
import { createWatched, type WatchModel } from './model.ts';
import { startNavigation } from './navigation.ts';
import { createPlainScreen } from './plain-screen.ts';
import type { WatchSource } from './source.ts';

export type WatchOptions = {
  /** What the screen calls the daemon, or the file. */
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

/** Shows what a source tells, live on a terminal or line by line. The screen is there before the source tells anything. */
export function startWatch(source: WatchSource, options: WatchOptions): Watch {
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

  const run = async (): Promise<void> => {
    try {
      await Promise.race([source(learn, intervalMs, signal), untilAborted(signal)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      end.abort();
      screen.close();
    }
  };
  return { model, remark: text => learn({ type: 'remark', text }), ended: run() };
}
