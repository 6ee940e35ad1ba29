import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { Address } from '../type-system/address.ts';
import { ConnectionError } from '../type-system/errors.ts';

/** Connects a socket to one address. Rejects with a ConnectionError: `address`, `unreachable` or `timeout`. */
export async function dial(address: Address, timeoutMs: number): Promise<Socket> {
  const socket = connect(target(address));
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const deadline = setTimeout(() => {
    reject(new ConnectionError('timeout', `${address.text}: no connection within ${timeoutMs} ms`));
  }, timeoutMs);
  socket.once('connect', () => resolve(socket));
  socket.once('error', cause => {
    reject(
      new ConnectionError('unreachable', `${address.text}: ${cause.message}; is a bus there?`, { cause }),
    );
  });
  try {
    return await promise;
  } catch (error) {
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

function target({ transport, parameters, text }: Address): NetConnectOpts {
  const path = parameters.get('path');
  const abstract = parameters.get('abstract');
  const port = Number(parameters.get('port'));
  switch (transport) {
    case 'unix':
      if (path !== undefined) return { path };
      if (abstract !== undefined) return { path: `\0${abstract}` };
      break;
    case 'tcp': {
      const family = parameters.get('family');
      if (!Number.isInteger(port) || port < 1 || port > 0xffff) break;
      return {
        host: parameters.get('host') ?? 'localhost',
        port,
        ...(family === undefined ? {} : { family: family === 'ipv6' ? 6 : 4 }),
      };
    }
  }
  throw new ConnectionError(
    'address',
    `'${text}' names no socket to connect to; use unix:path=, unix:abstract= or tcp:host=,port=`,
  );
}
