import { type Bus, ConnectionError, type Signal } from '@ovpnkit/dbus';
import { LOG, LOG_PATH } from '../../contract/names.ts';

/** The way to the log service, whoever that is at the moment. */
export type LogServiceLink = {
  /**
   * Sends a signal to the log service, and to nobody else. It drops what comes from whom it does not know, so signals
   * wait until it has taken us; when there is none, the last 100.
   */
  send(signal: Omit<Signal, 'to'>): void;
  /** Tells it that nothing more comes. */
  detach(): Promise<void>;
};

const MAX_WAITING = 100;
const TIMEOUT_MS = 4000;

/**
 * Has the log service take the signals of `iface`, each one that comes; it is started when it can be. Nobody needs it:
 * `refused` is told, in a sentence, when it does not take us.
 */
export async function linkToLogService(
  bus: Bus,
  iface: string,
  refused: (text: string) => void,
): Promise<LogServiceLink> {
  let owner: string | undefined;
  let attached = false;
  let waiting: Omit<Signal, 'to'>[] = [];

  const call = (destination: string, member: string) =>
    bus.call(
      { destination, path: LOG_PATH, interface: LOG, member, signature: 's', body: [iface] },
      { timeoutMs: TIMEOUT_MS },
    );

  async function attach(to: string): Promise<void> {
    try {
      await call(to, 'Attach');
    } catch (error) {
      refused(
        `The log service does not take our lines: ${error instanceof Error ? error.message : String(error)}`,
      );
      return;
    }
    if (to !== owner) return; // it has gone meanwhile
    attached = true;
    const kept = waiting;
    waiting = [];
    for (const signal of kept) emit(bus, { ...signal, to });
  }

  await bus.watchName(LOG, now => {
    owner = now;
    attached = false;
    if (now !== undefined) void attach(now);
  });
  if (owner === undefined) start(bus);

  return {
    send(signal) {
      if (attached && owner !== undefined) {
        emit(bus, { ...signal, to: owner });
        return;
      }
      waiting.push(signal);
      if (waiting.length > MAX_WAITING) waiting.shift();
    },
    async detach() {
      if (attached && owner !== undefined) await call(owner, 'Detach').catch(() => {});
    },
  };
}

/** When the bus is gone, nobody can be told; the service ends then. */
function emit(bus: Bus, signal: Signal): void {
  try {
    bus.signal(signal);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
  }
}

/** Asks the bus for it; that it has come is told by the name. */
function start(bus: Bus): void {
  bus.send({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'StartServiceByName',
    signature: 'su',
    body: [LOG, 0],
  });
}
