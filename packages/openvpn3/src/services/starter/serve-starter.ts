import type { ChildProcess } from 'node:child_process';
import { implement } from '@ovpnkit/dbus';
import { BackendStarter } from '../../contract/backend-starter.ts';
import { BACKENDS, BACKENDS_PATH } from '../../contract/names.ts';
import { StatusMajor, StatusMinor } from '../../contract/status.ts';
import { API_VERSION } from '../host/api-version.ts';
import type { ServiceOptions } from '../host/options.ts';
import { requestFailed } from '../host/refusals.ts';
import { type ServiceHost, serveService } from '../host/service-host.ts';
import { authorizeStarter } from './authorize.ts';
import { type ClientProgram, startClient } from './client-program.ts';
import { killUnregistered } from './kill-unregistered.ts';
import { createWarmClient, type WarmClient } from './warm-client.ts';

const IDLE_MS = 30_000;
/** A new backend has the processor to itself first. */
const SPARED_MS = 2000;

/** Runs the backend starter until nobody needs it; it hands its capabilities down. Rejects when it cannot begin. */
export async function serveStarter(options: ServiceOptions, program: ClientProgram): Promise<void> {
  await serveService(options, {
    name: BACKENDS,
    path: BACKENDS_PATH,
    title: 'OpenVPN 3 Backend Starter',
    logGroup: 'BACKENDSTART',
    idleMs: IDLE_MS,
    start(host) {
      const warm = createWarmClient(program, reason =>
        host.log('WARN', `The backend that was kept ready ${reason}; the next one starts when it is needed`),
      );
      warm.prepare();
      const start = createStarter(host, program, warm);
      host.server.export(
        BACKENDS_PATH,
        implement(BackendStarter, {
          methods: { StartClient: ([token]) => start(token) },
          properties: { version: { get: () => API_VERSION } },
        }),
      );
      return { authorize: authorizeStarter(process.getuid?.()), end: async () => warm.close() };
    },
  });
}

/** A token becomes an argument of the program. */
const isToken = (text: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$/.test(text);

/** Gives the process id of what was started. Rejects with the DBusError for the caller. */
function createStarter(
  host: ServiceHost,
  program: ClientProgram,
  warm: WarmClient,
): (token: string) => Promise<number> {
  // Without a bus there is nothing to be done.
  const watch = (client: ChildProcess) => killUnregistered(host.bus, client).catch(() => {});

  return async token => {
    if (!isToken(token))
      throw requestFailed(
        'The token is no token: those are up to 128 letters, digits, - and _, and do not begin with -',
      );
    try {
      const client = await warm.take(token);
      if (client) setTimeout(() => watch(client), SPARED_MS).unref();
      const pid = client?.pid ?? (await startClient(program, token));
      host.log('VERB1', `Started a backend client process, pid ${pid}`);
      return pid;
    } catch (error) {
      const text = `Could not start the VPN client: ${(error as Error).message}`;
      host.log('CRIT', text);
      host.sendToLog({
        path: BACKENDS_PATH,
        interface: BACKENDS,
        member: 'StatusChange',
        signature: 'uus',
        body: [StatusMajor.SESSION, StatusMinor.PROC_KILLED, text],
      });
      throw requestFailed(text);
    } finally {
      setTimeout(warm.prepare, SPARED_MS).unref();
    }
  };
}
