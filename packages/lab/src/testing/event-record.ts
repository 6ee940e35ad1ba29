// What one management client has been told, kept in order, and how to wait for what it is still to be told.
import type { Event, EventOf, EventType, ManagementClient } from '@ovpnkit/management';

const deadlineMs = 30_000;

type Kinds<T extends EventType> = EventOf<T> extends { readonly kind: infer K } ? K : never;
/** The member of a union whose `kind` may be K; one member can have several. */
type OfKind<E, K> = E extends { readonly kind: infer X } ? (K extends X ? E : never) : never;

export type EventRecord = {
  /** Everything so far, oldest first. */
  readonly all: readonly Event[];
  /**
   * The first event of this type behind the one that the last call returned, for which `test` holds. Those between
   * are passed over.
   */
  next<T extends EventType>(type: T, test?: (event: EventOf<T>) => boolean): Promise<EventOf<T>>;
  /** The same, of one kind: `CONNECT` of `CLIENT`, `need` of `PASSWORD`. */
  kind<T extends EventType, K extends Kinds<T> & string>(
    type: T,
    kind: K,
    test?: (event: OfKind<EventOf<T>, K>) => boolean,
  ): Promise<OfKind<EventOf<T>, K>>;
  /** The same, for any test; `what` is what errors call it. */
  where<E extends Event>(what: string, test: (event: Event) => event is E): Promise<E>;
  /** Settles when there will be no more: with the error that the iterator threw, if it did. */
  readonly ended: Promise<Error | undefined>;
};

/** Begins at once, so that no event is missed. */
export function recordEvents(client: ManagementClient): EventRecord {
  const all: Event[] = [];
  let position = 0;
  let over = false;
  let wake = Promise.withResolvers<void>();
  const notify = (): void => {
    wake.resolve();
    wake = Promise.withResolvers();
  };

  const read = async (): Promise<Error | undefined> => {
    try {
      for await (const event of client) {
        all.push(event);
        notify();
      }
    } catch (error) {
      return error as Error;
    }
    return undefined;
  };
  const ended = read().then(error => {
    over = true;
    notify();
    return error;
  });

  async function find<E extends Event>(what: string, test: (event: Event) => event is E): Promise<E> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(missing(what, 'in time', all)), deadlineMs);
    try {
      for (;;) {
        for (; position < all.length; position++) {
          const event = all[position];
          if (event && test(event)) {
            position++;
            return event;
          }
        }
        if (over) throw missing(what, 'before the connection ended', all);
        await Promise.race([wake.promise, late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    all,
    ended,
    where: find,
    next: (type, test = () => true) =>
      find(type, (event): event is EventOf<typeof type> => event.type === type && test(event as never)),
    kind: (type, kind, test = () => true) =>
      find(
        `${type} ${kind}`,
        (event): event is never =>
          event.type === type && 'kind' in event && event.kind === kind && test(event as never),
      ),
  };
}

function missing(what: string, when: string, all: readonly Event[]): Error {
  const seen = all.map(event => [event.type, ...detailOf(event)].join(' ')).join(', ');
  return new Error(`there was no ${what} event ${when}; there were: ${seen || 'none'}`);
}

function detailOf(event: Event): string[] {
  if ('kind' in event) return [event.kind];
  if (event.type === 'STATE') return [event.name];
  return event.type === 'LOG' ? [event.text] : [];
}
