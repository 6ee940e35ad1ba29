import { connect, type Socket } from 'node:net';
import { fromSystemError } from '../errors.ts';
import { type Endpoint, formatEndpoint, localhost } from './address.ts';

/** A connected socket. Rejects with a ConnectionError, or with the reason of `signal`. */
export function dial(endpoint: Endpoint, signal?: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  if (signal?.aborted) return Promise.reject(signal.reason);
  const socket =
    'path' in endpoint ? connect(endpoint.path) : connect(endpoint.port, endpoint.host ?? localhost);
  const abort = (): void => {
    socket.destroy();
    reject(signal?.reason);
  };
  const settle = (): void => {
    signal?.removeEventListener('abort', abort);
    socket.removeAllListeners();
  };
  signal?.addEventListener('abort', abort, { once: true });
  socket.once('connect', () => {
    settle();
    socket.setNoDelay(true);
    resolve(socket);
  });
  socket.once('error', error => {
    settle();
    reject(fromSystemError(error, formatEndpoint(endpoint)));
  });
  return promise;
}
