import { timingSafeEqual } from 'node:crypto';
import { chmodSync } from 'node:fs';
import type { Socket } from 'node:net';
import { type Endpoint, formatEndpoint } from '../address.ts';
import { bindServer } from '../bind-server.ts';
import type { Secret } from '../protocol/secret.ts';
import { encodeText } from '../protocol/text.ts';
import type { Role } from './roles.ts';

/** Where programs connect to the hub, and what they may do there. */
export type ListenerOptions = Endpoint & {
  /** `monitor` by default. */
  role?: Role;
  /** The permissions of a unix socket; 0o600 by default. */
  mode?: number;
  /** Programs must give it before they are let in, as at a daemon with a management password. */
  password?: Secret;
  /** How many programs may be connected here at once. 256 by default. */
  maxSessions?: number;
};

export type HubListener = {
  readonly address: string;
  /** The port that the system chose for port 0. */
  readonly port: number | undefined;
  close(): void;
};

const maxTries = 3;
const passwordTimeoutMs = 30_000;

/**
 * Listens and lets programs in: with a password `ENTER PASSWORD:` without a line end, at most three tries, and no word
 * about a wrong one, as the daemon does it. `welcome` gets a socket that has not been read beyond that.
 */
export async function openHubListener(
  options: ListenerOptions,
  welcome: (socket: Socket) => void,
): Promise<HubListener> {
  const { password, maxSessions = 256 } = options;
  const onConnection = (socket: Socket): void => {
    socket.setNoDelay(true);
    socket.on('error', () => {}); // the session notices its end
    if (password) askPassword(socket, password, welcome);
    else welcome(socket);
  };
  const server = await bindServer(options, onConnection, { allowHalfOpen: true });
  server.maxConnections = maxSessions;
  if ('path' in options && options.mode !== undefined) chmodSync(options.path, options.mode);
  const bound = server.address();
  return {
    address: formatEndpoint(options),
    port: typeof bound === 'object' ? bound?.port : undefined,
    close: () => void server.close(),
  };
}

function askPassword(socket: Socket, password: Secret, welcome: (socket: Socket) => void): void {
  let received = Buffer.alloc(0);
  let tries = 0;
  const timer = setTimeout(() => socket.destroy(), passwordTimeoutMs);
  const prompt = (): void => void socket.write('ENTER PASSWORD:');
  const take = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    for (let end = received.indexOf(0x0a); end !== -1; end = received.indexOf(0x0a)) {
      const line = received.subarray(0, end);
      received = received.subarray(end + 1);
      if (isPassword(line, password)) {
        clearTimeout(timer);
        socket.off('data', take);
        socket.pause();
        socket.write('SUCCESS: password is correct\r\n');
        socket.unshift(received); // commands that were sent along with the password
        welcome(socket);
        return;
      }
      tries++;
      if (tries < maxTries) prompt();
      else socket.destroy();
    }
    if (received.length > 1024) socket.destroy();
  };
  socket.on('data', take);
  socket.once('close', () => clearTimeout(timer));
  prompt();
}

/** Compares in constant time, over a length that does not depend on the guess. */
function isPassword(line: Buffer, password: Secret): boolean {
  const right = encodeText(password.reveal());
  const guess = Buffer.from(line.filter(byte => byte >= 0x20 && byte !== 0x7f));
  const padded = Buffer.alloc(1024);
  guess.copy(padded);
  const expected = Buffer.alloc(1024);
  Buffer.from(right).copy(expected);
  return timingSafeEqual(padded, expected) && guess.length === right.length;
}
