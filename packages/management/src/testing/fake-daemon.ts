import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Endpoint, localhost } from '../connection/address.ts';
import { dial } from '../connection/dial.ts';
import { createSession, type Session } from './session.ts';

/**
 * What the daemon does on one connection; `connection` counts from 0. When it is over, the daemon is silent until the
 * program leaves. When it throws, the connection is closed, and `finished` and `close` reject.
 */
export type Script = (daemon: Session, connection: number) => unknown;

export type FakeDaemonOptions =
  /** A unix socket in a private directory (the default, except on Windows), or a free TCP port of this host. */
  | { readonly listen?: 'unix' | 'tcp' }
  /** Dials the program, once, as a daemon with `management-client` does. Tries until somebody listens there. */
  | { readonly dial: Endpoint };

export type FakeDaemon = {
  /** What `connect` takes: where the daemon listens or, under `dial`, where the program does. */
  readonly endpoint: Endpoint;
  /** Resolves when the scripts of all connections so far are over. Rejects with what a script threw. */
  finished(): Promise<void>;
  /** Closes everything, whatever the scripts wait for. Rejects with what a script threw before. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * A management interface without a daemon behind it, to test a program that uses one. Every connection runs the
 * script, one after the other: as with OpenVPN, a second program hears nothing until the first has left.
 */
export async function fakeDaemon(script: Script, options: FakeDaemonOptions = {}): Promise<FakeDaemon> {
  const closing = new AbortController();
  const sockets = new Set<Socket>();
  let failure: { readonly error: unknown } | undefined;
  let connections = 0;
  let scripts = Promise.resolve(); // until the script of the last connection is over
  let free = Promise.resolve(); // until that connection is gone, too

  const serve = (socket: Socket): void => {
    const session = createSession(socket);
    const gone = new Promise<void>(resolve => socket.once('close', () => resolve()));
    sockets.add(socket);
    scripts = free.then(async () => {
      if (socket.destroyed) return; // it left before its turn
      try {
        await script(session, connections++);
      } catch (error) {
        if (!closing.signal.aborted) failure ??= { error };
        socket.destroy();
      }
    });
    free = scripts.then(() => gone).then(() => void sockets.delete(socket));
  };

  const open =
    'dial' in options ? dialUntilHeard(options.dial, serve, closing.signal) : listen(options, serve);
  const { endpoint, release } = await open;
  const tell = (): void => {
    if (failure) throw failure.error;
  };
  const close = async (): Promise<void> => {
    closing.abort();
    for (const socket of sockets) socket.destroy();
    await release();
    tell();
  };
  return { endpoint, finished: () => scripts.then(tell), close, [Symbol.asyncDispose]: close };
}

type Opened = { endpoint: Endpoint; release(): Promise<void> };

async function listen(
  options: { listen?: 'unix' | 'tcp' },
  serve: (socket: Socket) => void,
): Promise<Opened> {
  const { listen: kind = process.platform === 'win32' ? 'tcp' : 'unix' } = options;
  const directory = kind === 'unix' ? await mkdtemp(join(tmpdir(), 'fake-daemon-')) : undefined;
  const server = createServer({ noDelay: true }, serve);
  server.listen(directory ? { path: join(directory, 'socket') } : { host: localhost, port: 0 });
  await once(server, 'listening');
  const address = server.address();
  const endpoint =
    typeof address === 'string' ? { path: address } : { host: localhost, port: address?.port ?? 0 };
  const release = async (): Promise<void> => {
    if (server.listening) await new Promise(resolve => server.close(resolve));
    if (directory) await rm(directory, { recursive: true, force: true });
  };
  return { endpoint, release };
}

async function dialUntilHeard(
  endpoint: Endpoint,
  serve: (socket: Socket) => void,
  signal: AbortSignal,
): Promise<Opened> {
  const heard = (async () => {
    for (;;) {
      const socket = await dial(endpoint, signal).catch(() => undefined);
      if (socket) return signal.aborted ? void socket.destroy() : serve(socket);
      await sleep(5, undefined, { signal });
    }
  })().catch(() => {}); // closed before anybody listened
  return { endpoint, release: () => heard };
}
