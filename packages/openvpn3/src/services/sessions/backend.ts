import { type Bus, createProxy, credentialsOf } from '@ovpnkit/dbus';
import { BackendClientV27 } from '../../contract/backend-client.ts';
import { BACKEND_SESSION_PATH, BACKENDS } from '../../contract/names.ts';
import { type CallTurns, createCallTurns } from './call-turns.ts';

/**
 * Front ends wait five seconds for an answer. For so long a call waits for a backend that has not registered, for its turn
 * and for the backend; whether one that is late takes calls at all is asked on top of it.
 */
export const BACKEND_MS = 3500;
const PING_MS = 800;
/** One that is told to end takes its tunnel down first. */
const FORCED_MS = 10_000;
/** A bus lets one connection wait for 128 answers, and refuses more. Some are for calls of our own. */
const allCalls = createCallTurns(96);
/** One that hangs keeps no others waiting. */
const MOST_CALLS = 8;

/** The backend VPN client process of a session, as long as it has its bus name. */
export type Backend = {
  readonly pid: number;
  readonly uniqueName: string;
  readonly proxy: BackendProxy;
  /** For calls that users cause, as many as they like: no bus takes all of them at once. */
  readonly inTurn: CallTurns;
  /** Resolves when it has given its name away, or is gone. */
  readonly left: Promise<void>;
  /** It takes no calls: it hangs, or is stopped. */
  isSilent(): Promise<boolean>;
  /** Has it end, without waiting for an answer: one that has not left after ten seconds is killed. */
  forceShutdown(): void;
};

export type BackendProxy = ReturnType<typeof proxyOf>;

const proxyOf = (bus: Bus, destination: string) =>
  createProxy(bus, BackendClientV27, { destination, path: BACKEND_SESSION_PATH });

const BACKEND_NAME = new RegExp(`^${BACKENDS.replaceAll('.', '\\.')}\\.be(\\d{1,10})$`);

/**
 * The process that owns such a name; `undefined` when nobody does, or one that does not belong to the user of the
 * services. Who can own such names is up to the policy of the bus, so both are asked for.
 */
export async function findBackend(
  bus: Bus,
  busName: string,
  serviceUid: number | undefined,
): Promise<Backend | undefined> {
  const pid = Number(BACKEND_NAME.exec(busName)?.[1]);
  if (Number.isNaN(pid)) return undefined;
  const gone = Promise.withResolvers<void>();
  let first: string | undefined;
  const watch = await bus.watchName(busName, owner => {
    first ??= owner;
    if (owner === undefined || owner !== first) gone.resolve();
  });
  const left = gone.promise.finally(() => watch.close());
  const uniqueName = first;
  const credentials =
    uniqueName === undefined ? undefined : await credentialsOf(bus, uniqueName).catch(() => undefined);
  if (uniqueName === undefined || serviceUid === undefined || credentials?.uid !== serviceUid) {
    gone.resolve();
    return undefined;
  }
  const proxy = proxyOf(bus, uniqueName);
  const ownCalls = createCallTurns(MOST_CALLS);
  let asked: Promise<boolean> | undefined;
  const ping = () =>
    proxy.call('Ping', [], { timeoutMs: PING_MS }).then(
      () => false,
      () => true,
    );
  return {
    pid,
    uniqueName,
    proxy,
    inTurn: work => ownCalls(() => allCalls(work)),
    left,
    isSilent() {
      asked ??= ping().finally(() => {
        asked = undefined;
      });
      return asked;
    },
    forceShutdown() {
      const timer = setTimeout(() => kill(credentials.pid), FORCED_MS).unref();
      void left.then(() => clearTimeout(timer));
      const path = BACKEND_SESSION_PATH;
      try {
        bus.send({ destination: uniqueName, path, interface: BACKENDS, member: 'ForceShutdown' });
      } catch {
        // The bus takes nothing more; the timer is left.
      }
    },
  };
}

/** The process is the one that the bus knows: what a name says may be wrong. */
function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, or is in a container of its own.
  }
}
