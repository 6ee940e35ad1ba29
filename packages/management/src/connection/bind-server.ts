import { type Stats, statSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { ConnectionError, fromSystemError } from '../errors.ts';
import { type Endpoint, formatEndpoint, localhost } from './address.ts';
import { dial } from './dial.ts';

/**
 * A server that listens. A unix socket is made with mode 0600, because whoever can connect there controls what is behind
 * it; one that a crashed program left behind is replaced. With `allowHalfOpen` a peer that has sent everything still gets
 * its answers. Rejects with a ConnectionError.
 */
export async function bindServer(
  endpoint: Endpoint,
  onConnection: (socket: Socket) => void,
  { allowHalfOpen = false } = {},
): Promise<Server> {
  if ('path' in endpoint) await removeStale(endpoint.path);
  const server = createServer({ allowHalfOpen }, onConnection);
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
  return server;
}

/** Removes a socket file that nobody listens on. Anything else at that path is left alone, and the path is `busy`. */
async function removeStale(path: string): Promise<void> {
  const file = lookAt(path);
  if (!file) return;
  if (!file.isSocket())
    throw new ConnectionError('busy', path, 'there is a file that is no socket; choose another path');
  const answer = await dial({ path }).catch((error: unknown) => error);
  if (answer instanceof ConnectionError && answer.reason === 'refused') return unlinkSync(path);
  if (!(answer instanceof ConnectionError) && answer instanceof Object && 'destroy' in answer)
    (answer as Socket).destroy();
  throw new ConnectionError('busy', path, 'another program listens there already');
}

/** The file at this path, if there is one. */
function lookAt(path: string): Stats | undefined {
  try {
    const file = statSync(path, { throwIfNoEntry: false });
    // Binding reports a directory that does not exist as one that is closed.
    if (!file) statSync(dirname(path));
    return file;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw fromSystemError(cause as Error, path);
    throw new ConnectionError('not-found', path, 'there is no such directory', { cause });
  }
}
