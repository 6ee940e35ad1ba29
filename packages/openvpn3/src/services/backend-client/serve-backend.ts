import { type Bus, connect, createProxy, defineInterface, serve } from '@ovpnkit/dbus';
import { type Dialect, dialectOf } from '../../contract/dialect.ts';
import { DEFAULT_LOG_LEVEL } from '../../contract/log.ts';
import {
  BACKEND_SESSION_PATH,
  BACKENDS,
  backendName,
  SESSIONS,
  SESSIONS_PATH,
} from '../../contract/names.ts';
import { openLogFile } from '../host/log-file.ts';
import { createAnnouncer } from './announcer.ts';
import { authorizeBackend } from './authorize.ts';
import { type Backend, createBackend } from './backend.ts';
import { implementBackend } from './backend-object.ts';
import type { BackendOptions } from './options.ts';
import { attachToLog } from './registration.ts';
import { watchServiceNames } from './service-names.ts';

/** How long the session manager may take to confirm. */
const REGISTRATION_MS = 60_000;
/** Profiles have 256 KiB at most. */
const MAX_MESSAGE_WEIGHT = 4 * 1024 * 1024;
/** A busy session manager is late, and a wrong guess is worse than a late start. Front ends wait for 15 s. */
const ASK_VERSION_MS = 10_000;

const Sessions = defineInterface({ name: SESSIONS, properties: { version: { type: 's', access: 'read' } } });

export const connectBackend = (): Promise<Bus> => connect({ maxMessageWeight: MAX_MESSAGE_WEIGHT });

/**
 * Runs a backend until its session ends, a signal ends it or the bus is gone; nothing of the tunnel is left then.
 * Rejects when it cannot begin: there is no session manager. It closes the bus.
 */
export async function serveBackend(bus: Bus, options: BackendOptions): Promise<void> {
  const file = options.logFile === undefined ? undefined : openLogFile(options.logFile, options.colour);
  let backend: Backend | undefined;
  let attached: Promise<void> = Promise.resolve();
  /** To a session manager that is new to us. One that starts again may take the session over. */
  let introduce = (): void => {};
  const over = Promise.withResolvers<void>();

  const [names, dialect] = await Promise.all([
    watchServiceNames(bus, {
      newSessions: () => introduce(),
      newLog() {
        attached = attach(bus);
        attached.catch(() => {}); // told when the session is assigned
        backend?.assign();
      },
    }),
    chooseDialect(bus, options),
  ]);
  if (names.sessions === undefined) {
    await bus.close();
    throw new Error(`Nobody owns ${SESSIONS} on the bus; start the session manager first`);
  }
  const server = await serve(bus, {
    authorize: authorizeBackend(
      () => names.sessions,
      process.getuid?.(),
      text => announcer.log('ERROR', text),
    ),
    errorNames: 'glib',
    onError: error =>
      announcer.log('ERROR', error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  const announcer = createAnnouncer(server, names, {
    token: options.token,
    dialect,
    logLevel: options.logLevel ?? DEFAULT_LOG_LEVEL,
    file,
  });
  backend = createBackend(options, {
    bus,
    dialect,
    announcer,
    attached: () => attached,
    // Replies that are on their way go first.
    releaseName: () => setImmediate(() => bus.releaseName(backendName(process.pid)).catch(() => {})),
    exit: () => setImmediate(over.resolve),
  });
  const { tunnel } = backend;

  introduce = () => {
    announcer.registrationRequest();
    const { phase, status } = tunnel.state;
    if (phase.type !== 'unregistered' && phase.type !== 'registering') announcer.status(status);
  };

  server.export(BACKEND_SESSION_PATH, implementBackend(backend, announcer, dialect));
  await bus.requestName(backendName(process.pid));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => tunnel.input({ type: 'terminate' }));
  void bus.closed.then(() => tunnel.input({ type: 'terminate' }));
  announcer.registrationRequest();
  const deadline = setTimeout(() => tunnel.input({ type: 'registration-due' }), REGISTRATION_MS);

  await over.promise;
  clearTimeout(deadline);
  await backend.settled();
  await bus.close();
  file?.close();
}

/** Both interfaces whose lines the deployed program has the log service take. */
const attach = async (bus: Bus): Promise<void> =>
  void (await Promise.all([attachToLog(bus, BACKENDS), attachToLog(bus, SESSIONS)]));

async function chooseDialect(bus: Bus, { api }: BackendOptions): Promise<Dialect> {
  if (api !== 'auto') return api;
  const sessions = createProxy(bus, Sessions, { destination: SESSIONS, path: SESSIONS_PATH });
  const version = await sessions.get('version', { timeoutMs: ASK_VERSION_MS }).catch(() => undefined);
  return dialectOf(version);
}
