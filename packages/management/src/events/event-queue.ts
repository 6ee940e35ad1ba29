/** What happens when a consumer is slower than the daemon and its buffer is full. */
export type OverflowPolicy = 'close' | 'drop-oldest';

/** A bounded buffer between the one who reads the socket and one consumer. */
export type EventQueue<T extends object> = {
  /** False when the buffer is full and the policy is `close`. */
  push(value: T): boolean;
  /** Fills an empty queue. What it has no room for counts as dropped, whatever the policy, and so do `missed` more. */
  fill(values: readonly T[], missed: number): void;
  /** Everything that is buffered, at once. */
  drain(): T[];
  /** Ends the queue: what is buffered is still delivered, then the end or the error. */
  end(error?: Error): void;
  /** The next value; `undefined` at the end. Rejects with the error that ended the queue. */
  next(): Promise<T | undefined>;
};

export type EventQueueOptions<T extends object> = {
  capacity: number;
  overflow: OverflowPolicy;
  /** Makes the event that tells how many were dropped; it stands where they stood. */
  dropped(count: number): T;
};

/** Throws a RangeError for a capacity that is not a whole number of at least 1. */
export function createEventQueue<T extends object>({
  capacity,
  overflow,
  dropped,
}: EventQueueOptions<T>): EventQueue<T> {
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new RangeError(`a buffer of events must have room for 1 or more, not for ${capacity}`);
  }
  const waiting: PromiseWithResolvers<T | undefined>[] = [];
  // A ring, because removing from the front of a full array is not constant time.
  const ring: (T | undefined)[] = [];
  let first = 0;
  let size = 0;
  let lost = 0;
  let ended: { error: Error | undefined } | undefined;

  const take = (): T | undefined => {
    if (lost > 0) {
      const count = lost;
      lost = 0;
      return dropped(count);
    }
    if (size === 0) return undefined;
    const value = ring[first];
    ring[first] = undefined;
    first = (first + 1) % capacity;
    size--;
    return value;
  };

  return {
    push(value) {
      if (ended) return true;
      const consumer = waiting.shift();
      if (consumer) {
        consumer.resolve(value);
        return true;
      }
      if (size === capacity) {
        if (overflow === 'close') return false;
        first = (first + 1) % capacity;
        size--;
        lost++;
      }
      ring[(first + size) % capacity] = value;
      size++;
      return true;
    },
    fill(values, missed) {
      const fitting = values.slice(-capacity);
      lost = missed + values.length - fitting.length;
      for (const value of fitting) ring.push(value);
      size = fitting.length;
      while (waiting.length > 0 && (size > 0 || lost > 0)) waiting.shift()?.resolve(take());
    },
    drain() {
      const values: T[] = [];
      for (let value = take(); value !== undefined; value = take()) values.push(value);
      return values;
    },
    end(error) {
      if (ended) return;
      ended = { error };
      for (const consumer of waiting.splice(0)) {
        if (error) consumer.reject(error);
        else consumer.resolve(undefined);
      }
    },
    next() {
      if (size > 0 || lost > 0) return Promise.resolve(take());
      if (ended) return ended.error ? Promise.reject(ended.error) : Promise.resolve(undefined);
      const consumer = Promise.withResolvers<T | undefined>();
      waiting.push(consumer);
      return consumer.promise;
    },
  };
}
