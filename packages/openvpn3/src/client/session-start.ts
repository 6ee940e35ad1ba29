import { type Bus, createProxy } from '@ovpnkit/dbus';
import { SESSIONS, SESSIONS_PATH } from '../contract/names.ts';
import { SessionManager, SessionManagerEventType } from '../contract/sessions.ts';
import { whenExported } from './when-exported.ts';

/** A backend was asked for, and its session did not begin. */
export class SessionStartError extends Error {
  override readonly name = 'SessionStartError';
  /** Where the session would have been. */
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

export type StartOptions = {
  /** How long the backend may take to register; 15,000 when absent. */
  readonly timeoutMs?: number;
};

/** Starts a backend with a configuration, and gives the path of its session once the session is there. */
export async function startSession(
  bus: Bus,
  configurationPath: string,
  { timeoutMs = 15_000 }: StartOptions = {},
): Promise<string> {
  const manager = createProxy(bus, SessionManager, { destination: SESSIONS, path: SESSIONS_PATH });
  /** What became of the sessions that came or went meanwhile: the event may be earlier than the reply. */
  const latest = new Map<string, number>();
  let heard = Promise.withResolvers<void>();
  const events = await manager.on('SessionManagerEvent', ([path, type]) => {
    latest.set(path, type);
    heard.resolve();
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const path = await whenExported(() => manager.call('NewTunnel', [configurationPath]));
    const due = new Promise<'due'>(resolve => {
      timer = setTimeout(resolve, timeoutMs, 'due');
    });
    for (;;) {
      const type = latest.get(path);
      if (type === SessionManagerEventType.CREATED) return path;
      if (type === SessionManagerEventType.DESTROYED) {
        throw new SessionStartError(
          path,
          `The session ${path} ended before it began; see the log of OpenVPN 3`,
        );
      }
      if ((await Promise.race([heard.promise, due])) === 'due') {
        throw new SessionStartError(
          path,
          `The session ${path} did not begin within ${timeoutMs / 1000} seconds; see the log of OpenVPN 3`,
        );
      }
      heard = Promise.withResolvers();
    }
  } finally {
    clearTimeout(timer);
    await events.close();
  }
}
