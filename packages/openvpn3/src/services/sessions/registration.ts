import { randomUUID } from 'node:crypto';
import { createProxy, DBusError, type ReceivedSignal } from '@ovpnkit/dbus';
import { BackendStarter } from '../../contract/backend-starter.ts';
import { errorText } from '../../contract/errors.ts';
import { BACKEND_SESSION_PATH, BACKENDS, BACKENDS_PATH, UNKNOWN_PATH } from '../../contract/names.ts';
import { requestFailed } from '../host/refusals.ts';
import type { ServiceHost } from '../host/service-host.ts';
import { type Backend, findBackend } from './backend.ts';
import type { LiveSession } from './live-session.ts';
import { neverConnected } from './session-status.ts';

/** From a session without a backend to one that has registered. */
export type Registrations = {
  /**
   * Has a backend started for a session that expects one, within so many milliseconds. Rejects with the DBusError for
   * the caller of NewTunnel.
   */
  start(session: LiveSession, timeoutMs: number): Promise<void>;
};

export type RegistrationListeners = {
  /** The backend of no session that is known. */
  isStranger(uniqueName: string): boolean;
  /** From now on its signals are the session's. */
  attached(session: LiveSession, backend: Backend): void;
  registered(session: LiveSession): void;
  /** The backend did not come, or did not register. */
  failed(session: LiveSession, why: string): void;
};

/** The deployed front end waits so long for a new session. */
const REGISTRATION_MS = 15_000;
/** For the confirmation, which fetches the configuration: no caller waits for it alone. */
const CONFIRMATION_MS = 5000;

/** Takes RegistrationRequests from now on. Tokens are handed out once, and hold for one registration. */
export async function openRegistrations(
  host: Pick<ServiceHost, 'bus' | 'log'>,
  listeners: RegistrationListeners,
): Promise<Registrations> {
  const { bus, log } = host;
  const starter = createProxy(bus, BackendStarter, { destination: BACKENDS, path: BACKENDS_PATH });
  const open = new Map<string, { readonly session: LiveSession; readonly deadline: NodeJS.Timeout }>();
  /** One request of a sender is looked at at a time, so nobody can make us ask without end. */
  const asking = new Set<string>();

  await bus.subscribe(
    { interface: BACKENDS, path: BACKEND_SESSION_PATH, member: 'RegistrationRequest' },
    signal => void request(signal),
  );

  async function request({ sender = '', signature, body }: ReceivedSignal): Promise<void> {
    if (signature !== 'ssi' && signature !== 'ss') return;
    if (asking.has(sender) || !listeners.isStranger(sender)) return;
    asking.add(sender);
    const [busName, token] = body as [string, string];
    try {
      const backend = await findBackend(bus, busName, process.getuid?.());
      if (backend?.uniqueName === sender) await register(backend, token, signature);
      else log('VERB1', `A registration request of ${sender} is ignored: it is no backend of ours`);
    } catch (error) {
      log('ERROR', `The registration request of ${sender} failed: ${reason(error)}`);
    } finally {
      asking.delete(sender);
    }
  }

  async function register(backend: Backend, token: string, signature: 'ssi' | 'ss'): Promise<void> {
    const session = close(token);
    if (session === undefined || session.isClosed) return turnAway(backend, token);
    session.attach(backend);
    listeners.attached(session, backend);
    const { path, configPath } = session.record;
    try {
      const configName = await backend.proxy.call(
        'RegistrationConfirmation',
        // The documented form is without the path of the session, in the request as in the confirmation.
        signature === 'ss' ? [token, configPath] : [token, path, configPath],
        { timeoutMs: CONFIRMATION_MS },
      );
      if (session.isClosed) return;
      session.update({ configName, backendPid: backend.pid });
      session.confirm();
      listeners.registered(session);
    } catch (error) {
      log(
        'CRIT',
        `Failed to complete session registration. Backend process stopped (pid ${backend.pid}): ${reason(error)}`,
      );
      backend.forceShutdown();
      listeners.failed(session, `Failed to complete session registration: ${reason(error)}`);
    }
  }

  /** One that was given up, or that belongs to a session that nothing is known of any more. */
  async function turnAway({ pid, proxy, forceShutdown }: Backend, token: string): Promise<void> {
    log('CRIT', `Unknown session token received: ${token}`);
    const options = { timeoutMs: CONFIRMATION_MS };
    const reads = Promise.all([proxy.get('session_path', options), proxy.get('status', options)]);
    const [path, status] = await reads.catch(() => []);
    if (path === UNKNOWN_PATH || (status && neverConnected(status))) forceShutdown();
    else {
      const what = path === undefined ? 'does not answer and may have' : 'has';
      log(
        'CRIT',
        `Process ${pid} ${what} a tunnel that no session is known of; end the process to end the tunnel`,
      );
    }
  }

  function close(token: string): LiveSession | undefined {
    const entry = open.get(token);
    clearTimeout(entry?.deadline);
    open.delete(token);
    return entry?.session;
  }

  return {
    async start(session, timeoutMs) {
      const token = randomUUID().replaceAll('-', 't');
      const deadline = setTimeout(() => {
        close(token);
        listeners.failed(session, 'The backend VPN process did not register');
      }, REGISTRATION_MS);
      open.set(token, { session, deadline });
      try {
        await starter.call('StartClient', [token], { timeoutMs });
      } catch (error) {
        // One that comes all the same is turned away.
        close(token);
        log('CRIT', `Could not start the VPN client: ${reason(error)}`);
        throw requestFailed('Could not start the VPN client');
      }
    },
  };
}

const reason = (error: unknown): string =>
  error instanceof DBusError
    ? errorText(error.message)
    : error instanceof Error
      ? error.message
      : String(error);
