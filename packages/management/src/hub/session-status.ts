import type { Session } from './session.ts';

/** One program at the hub, as the hub sees it. */
export type SessionStatus = Pick<Session, 'id' | 'listener' | 'peer' | 'role' | 'since' | 'commands'> & {
  /** What has been written to it, and of that what it has not taken yet. */
  readonly bytesSent: number;
  readonly bytesWaiting: number;
  /** Notifications that it was too slow for. */
  readonly dropped: number;
  /** Whether it is the one that decides about clients. */
  readonly decides: boolean;
};

export function statusOf(session: Session, decides: boolean): SessionStatus {
  const { id, listener, peer, role, since, commands, output } = session;
  const { bytesSent, bytesWaiting, dropped } = output;
  return { id, listener, peer, role, since, commands, bytesSent, bytesWaiting, dropped, decides };
}
