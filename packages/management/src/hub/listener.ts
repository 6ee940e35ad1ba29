import { chmodSync, chownSync } from 'node:fs';
import type { Socket } from 'node:net';
import { type Endpoint, formatEndpoint } from '../connection/address.ts';
import { bindServer } from '../connection/bind-server.ts';
import type { Secret } from '../protocol/secret.ts';
import { createPasswordGate } from './password-gate.ts';
import type { Role } from './roles.ts';

/** Where programs connect to the hub, and what they may do there. */
export type ListenerOptions = Endpoint & {
  /** `monitor` by default. */
  role?: Role;
  /** The permissions of a unix socket; 0o600 by default. */
  mode?: number;
  /** The user and the group that own a unix socket, by number; those of this process by default. */
  owner?: number;
  group?: number;
  /** Programs must give it before they are let in, as at a daemon with a management password. */
  password?: Secret;
  /** How many programs may be connected here at once. 256 by default. */
  maxSessions?: number;
  /** Whether programs are told of clients, `as-daemon` (the default), or not at all. Passwords are hidden in any case. */
  clientEvents?: 'as-daemon' | 'none';
};

export type HubListener = {
  /** `/run/ovpnkit/server.sock` or `127.0.0.1:7505`. */
  readonly address: string;
  /** The port that the system chose for port 0. */
  readonly port: number | undefined;
  /** Stops listening. Programs that have been let in stay. */
  close(): void;
};

/**
 * Listens and lets programs in. `welcome` gets a socket that has not been read beyond a password; `turnedAway` is told
 * why another was not let in.
 */
export async function openHubListener(
  options: ListenerOptions,
  welcome: (socket: Socket) => void,
  turnedAway: (problem: string) => void,
): Promise<HubListener> {
  const { password, maxSessions = 256 } = options;
  let admitted = 0;

  const admit = (socket: Socket): void => {
    if (admitted >= maxSessions) {
      socket.destroy();
      turnedAway(`${maxSessions} programs are connected here already`);
      return;
    }
    admitted++;
    socket.once('close', () => admitted--);
    welcome(socket);
  };
  const gate = password && createPasswordGate(password, admit, () => turnedAway('three wrong passwords'));
  const onConnection = (socket: Socket): void => {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000); // or a program that vanished with its host would stay for ever
    socket.on('error', () => {}); // its end is noticed by whoever has it then
    if (gate) gate.ask(socket);
    else admit(socket);
  };

  const server = await bindServer(options, onConnection, { allowHalfOpen: true });
  // Such as having no file descriptors left for now.
  server.on('error', error => turnedAway(error.message));
  if ('path' in options) {
    const { path, owner, group, mode } = options;
    if (owner !== undefined || group !== undefined) chownSync(path, owner ?? -1, group ?? -1);
    if (mode !== undefined) chmodSync(path, mode);
  }
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;
  return {
    address: formatEndpoint(port === undefined ? options : { ...options, port }),
    port,
    close() {
      server.close();
      gate?.close();
    },
  };
}
