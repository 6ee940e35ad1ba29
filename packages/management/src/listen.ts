import { statSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type Endpoint, formatEndpoint, localhost } from './address.ts';
import { dial } from './dial.ts';
import { ConnectionError, fromSystemError } from './errors.ts';

/** A place where daemons started with `management-client` dial in. */
export type Listener = {
  /** The next daemon. While one is connected, others are turned away. */
  accept(signal?: AbortSignal): Promise<Socket>;
  close(): void;
};

/**
 * Listens. A unix socket is made with mode 0600, because whoever can connect there can pose as the daemon; one that a
 * crashed program left behind is replaced. Rejects with a ConnectionError.
 */
export async function listen(endpoint: Endpoint): Promise<Listener> {
  if ('path' in endpoint) await removeStale(endpoint.path);
  const server = createServer();
  let waiting: PromiseWithResolvers<Socket> | undefined;
  let early: Socket | undefined;
  server.on('connection', socket => {
    socket.setNoDelay(true);
    socket.on('error', () => {}); // until somebody accepts it; its end is noticed then
    if (waiting) waiting.resolve(socket);
    else if (early && !early.destroyed) socket.destroy();
    else early = socket;
    waiting = undefined;
  });
  await bind(server, endpoint);
  return {
    accept(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      const socket = early;
      early = undefined;
      if (socket && !socket.destroyed) return Promise.resolve(socket);
      const next = Promise.withResolvers<Socket>();
      waiting = next;
      signal?.addEventListener('abort', () => next.reject(signal.reason), { once: true });
      return next.promise;
    },
    close() {
      early?.destroy();
      server.close();
    },
  };
}

async function bind(server: Server, endpoint: Endpoint): Promise<void> {
  const bound = Promise.withResolvers<void>();
  server.once('error', error => bound.reject(fromSystemError(error, formatEndpoint(endpoint))));
  server.once('listening', bound.resolve);
  if ('path' in endpoint) {
    // The socket file comes into being inside this call, so at no moment is it open to others.
    const umask = process.umask(0o177);
    try {
      server.listen(endpoint.path);
    } finally {
      process.umask(umask);
    }
  } else server.listen(endpoint.port, endpoint.host ?? localhost);
  await bound.promise;
}

/** Removes a socket file that nobody listens on. Anything else at that path is left alone, and the path is `busy`. */
async function removeStale(path: string): Promise<void> {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file) return;
  if (!file.isSocket())
    throw new ConnectionError('busy', path, 'there is a file that is no socket; choose another path');
  const answer = await dial({ path }).catch((error: unknown) => error);
  if (answer instanceof ConnectionError && answer.reason === 'refused') return unlinkSync(path);
  if (!(answer instanceof ConnectionError) && answer instanceof Object && 'destroy' in answer)
    (answer as Socket).destroy();
  throw new ConnectionError('busy', path, 'another program listens there already');
}
