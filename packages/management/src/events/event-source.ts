import type { Event, EventOf, EventType } from './event.ts';
import { createEventQueue, type EventQueue, type OverflowPolicy } from './event-queue.ts';

export type SubscribeOptions = {
  /** How many events may wait for this consumer. 10,000 by default. */
  capacity?: number;
  /**
   * When they are more: `close` (the default) finishes the connection with the reason `overflow`, so that nothing is
   * missing unnoticed; `drop-oldest` goes on and puts a `dropped` event in their place.
   */
  overflow?: OverflowPolicy;
};

export type HandlerOptions = SubscribeOptions & {
  /** How many calls of an asynchronous handler may run at once; further events wait. 1,024 by default. */
  concurrency?: number;
};

export type Handler<T extends EventType> = (event: EventOf<T>) => unknown;

/** Hands every event to every consumer, each of which has a bounded buffer of its own. */
export type EventSource = {
  push(event: Event): void;
  /** Ends every consumer, after what is buffered for it; with the error if there is one. */
  end(error?: Error): void;
  events(options?: SubscribeOptions): AsyncIterableIterator<Event, undefined>;
  /** Returns the function that removes the handler. */
  on<T extends EventType>(type: T, handler: Handler<T>, options?: HandlerOptions): () => void;
  once<T extends EventType>(type: T): Promise<EventOf<T>>;
};

const defaultCapacity = 10_000;

type Consumer = { readonly type: EventType | undefined; readonly queue: EventQueue<Event> };

/**
 * Until the first consumer comes, the latest `capacity` events are kept for it. They are delivered in a microtask, so
 * that consumers that attach together all see them.
 */
export function createEventSource(overflowed: () => void, capacity = defaultCapacity): EventSource {
  const consumers = new Set<Consumer>();
  let backlog: EventQueue<Event> | undefined = newQueue({ capacity, overflow: 'drop-oldest' });
  let ended: { error: Error | undefined } | undefined;

  const push = (event: Event): void => {
    if (backlog) {
      backlog.push(event);
      return;
    }
    for (const { type, queue } of consumers) {
      if ((type === undefined || type === event.type) && !queue.push(event)) overflowed();
    }
  };

  const deliverBacklog = (): void => {
    if (!backlog || consumers.size === 0) return; // delivered already, or who came has left again
    const kept = backlog.drain();
    backlog = undefined;
    const missed = kept[0]?.type === 'dropped' ? kept[0].count : 0;
    const events = missed === 0 ? kept : kept.slice(1);
    for (const { type, queue } of consumers) {
      const own = type === undefined ? events : kept.filter(event => event.type === type);
      queue.fill(own, type === undefined ? missed : 0);
    }
    if (ended) for (const { queue } of consumers) queue.end(ended.error);
  };

  const subscribe = (
    type: EventType | undefined,
    options: SubscribeOptions,
  ): [EventQueue<Event>, () => void] => {
    const queue = newQueue({ capacity: defaultCapacity, overflow: 'close', ...options });
    const consumer = { type, queue };
    if (backlog && consumers.size === 0) queueMicrotask(deliverBacklog);
    else if (ended && !backlog) queue.end(ended.error);
    consumers.add(consumer);
    const leave = (): void => {
      consumers.delete(consumer);
      queue.end();
    };
    return [queue, leave];
  };

  /** For events about one consumer: they reach the handlers of their name. False when there is none. */
  const notify = (event: Event): boolean => {
    const handlers = [...consumers].filter(({ type }) => type === event.type);
    for (const { queue } of handlers) queue.push(event);
    return handlers.length > 0;
  };

  const failed = (error: unknown, event: Event): void => {
    // One that fails itself is not told of itself, for ever.
    if (event.type !== 'handler-error' && notify({ type: 'handler-error', error, event })) return;
    queueMicrotask(() => {
      throw error;
    });
  };

  return {
    push,
    end(error) {
      ended ??= { error };
      if (!backlog) for (const { queue } of consumers) queue.end(error);
    },
    events(options = {}) {
      const [queue, leave] = subscribe(undefined, options);
      const next = async (): Promise<IteratorResult<Event, undefined>> => {
        const value = await queue.next();
        return value ? { done: false, value } : { done: true, value: undefined };
      };
      const stop = async (): Promise<IteratorResult<Event, undefined>> => {
        leave();
        queue.drain();
        return { done: true, value: undefined };
      };
      const iterator = { next, return: stop, [Symbol.asyncIterator]: () => iterator };
      return iterator;
    },
    on(type, handler, { concurrency = 1024, ...options } = {}) {
      const [queue, leave] = subscribe(type, options);
      let running = 0;
      let resume: (() => void) | undefined;
      const call = async (event: Event): Promise<void> => {
        if (event.type !== type) return void notify(event); // `dropped`, which is not what this handler takes
        running++;
        try {
          await handler(event as EventOf<typeof type>);
        } catch (error) {
          failed(error, event);
        }
        running--;
        resume?.();
      };
      const pump = async (): Promise<void> => {
        for (let event = await queue.next(); event; event = await queue.next()) {
          void call(event);
          if (running >= concurrency) await new Promise<void>(resolve => (resume = resolve));
        }
      };
      pump().catch(() => {}); // the end of the connection is told by `closed` and by iterators
      return () => {
        leave();
        queue.drain();
      };
    },
    async once(type) {
      const [queue, leave] = subscribe(type, {});
      const event = await queue.next();
      leave();
      queue.drain();
      if (event?.type !== type)
        throw ended?.error ?? new Error(`the connection was closed before a '${type}' event`);
      return event as EventOf<typeof type>;
    },
  };
}

function newQueue(options: Required<SubscribeOptions>): EventQueue<Event> {
  return createEventQueue<Event>({ ...options, dropped: count => ({ type: 'dropped', count }) });
}
