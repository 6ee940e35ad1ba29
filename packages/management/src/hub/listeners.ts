import type { Socket } from 'node:net';
import { type HubListener, type ListenerOptions, openHubListener } from './listener.ts';

/** All listeners of a hub, which open and close together. */
export type Listeners = {
  /** In the order of the options, with the ports that the system chose when they were opened first. */
  readonly places: readonly Pick<HubListener, 'address' | 'port'>[];
  /** Opens those that are not open. Rejects with a ConnectionError when one cannot be; the others stay. */
  open(): Promise<void>;
  close(): void;
};

export function createListeners(
  all: readonly ListenerOptions[],
  welcome: (socket: Socket, listener: ListenerOptions, address: string) => void,
  turnedAway: (address: string, problem: string) => void,
): Listeners {
  const places: Pick<HubListener, 'address' | 'port'>[] = [];
  const opened = new Map<number, HubListener>();
  return {
    places,
    async open() {
      for (const [index, options] of all.entries()) {
        if (opened.has(index)) continue;
        const place = places[index];
        // Whoever knows the port that the system chose will look there again.
        const again =
          'port' in options && place?.port !== undefined ? { ...options, port: place.port } : options;
        const listener: HubListener = await openHubListener(
          again,
          socket => welcome(socket, options, listener.address),
          problem => turnedAway(listener.address, problem),
        );
        opened.set(index, listener);
        places[index] = { address: listener.address, port: listener.port };
      }
    },
    close() {
      for (const listener of opened.values()) listener.close();
      opened.clear();
    },
  };
}
