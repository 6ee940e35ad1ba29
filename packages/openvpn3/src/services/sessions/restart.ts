import { formatStatus, type WireStatus } from '../../contract/status.ts';
import { restartDelay, triesAfter } from './automatic-restart.ts';
import type { LiveSession } from './live-session.ts';
import { isConnected } from './session-status.ts';

/** What becomes of a session whose backend has vanished. */
export type Restart = {
  /** The backend's status, to know for how long it was connected. */
  heard(status: WireStatus): void;
  /** The backend is gone. Another one comes when the configuration says so; else the session is closed. */
  vanished(): void;
  /** A backend has registered that may be another one: brings it to where the first one was. */
  resume(): Promise<void>;
};

export function createRestart(session: LiveSession, start: () => Promise<void>): Restart {
  let tries = 0;
  let connectedAt: number | undefined;

  function vanished(): void {
    if (session.isClosed) return;
    tries = triesAfter(tries, connectedAt === undefined ? 0 : performance.now() - connectedAt);
    connectedAt = undefined;
    const delay = session.record.automaticRestart ? restartDelay(tries) : undefined;
    if (delay === undefined) {
      void session.close('killed');
      return;
    }
    tries++;
    session.detach();
    const message = `Backend VPN process ended unexpectedly, restarting in ${delay / 1000} seconds`;
    session.tellStatus(formatStatus({ major: 'CONNECTION', minor: 'CONN_RECONNECTING', message }));
    setTimeout(again, delay).unref();
  }

  function again(): void {
    if (session.isClosed) return;
    session.expect();
    start().catch(vanished);
  }

  return {
    heard(status) {
      if (!isConnected(status)) connectedAt = undefined;
      else connectedAt ??= performance.now();
    },
    vanished,
    async resume() {
      if (!session.record.connected) return;
      await session.forwards.renew();
      try {
        await session.relay('Ready', (backend, options) => backend.call('Ready', [], options));
        await session.relay('Connect', (backend, options) => backend.call('Connect', [], options));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        session.log('ERROR', `The session could not be connected again - ${session.record.path}: ${why}`);
      }
    },
  };
}
