import type { Socket } from 'node:net';
import type { Endpoint } from './address.ts';
import { bindServer } from './bind-server.ts';

/** A place where daemons started with `management-client` dial in. */
export type Listener = {
  /** The next daemon. While one is connected, another may wait for its turn, and more are turned away. */
  accept(signal?: AbortSignal): Promise<Socket>;
  close(): void;
};

/** Listens. Rejects with a ConnectionError. */
export async function listen(endpoint: Endpoint): Promise<Listener> {
  let waiting: PromiseWithResolvers<Socket> | undefined;
  let early: Socket | undefined;
  const server = await bindServer(endpoint, socket => {
    socket.setNoDelay(true);
    socket.on('error', () => {}); // until somebody accepts it; its end is noticed then
    if (waiting) waiting.resolve(socket);
    else if (early && !early.destroyed) socket.destroy();
    else early = socket;
    waiting = undefined;
  });
  return {
    accept(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      const socket = early;
      early = undefined;
      if (socket && !socket.destroyed) return Promise.resolve(socket);
      const next = Promise.withResolvers<Socket>();
      waiting = next;
      const abort = (): void => {
        waiting = undefined; // who comes now is not lost, but early
        next.reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
      return next.promise.finally(() => signal?.removeEventListener('abort', abort));
    },
    close() {
      early?.destroy();
      server.close();
    },
  };
}
