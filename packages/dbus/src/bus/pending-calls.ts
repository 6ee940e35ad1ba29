import { DBusError, standardError, TimeoutError } from '../type-system/errors.ts';
import type { Incoming, MethodCall } from '../type-system/message.ts';

export type CallOptions = {
  /** How long to wait for the reply; 25,000 when absent, and for ever when `Infinity`. */
  readonly timeoutMs?: number;
  /** Rejects with its reason when it aborts. The service is not told: D-Bus cannot take a call back. */
  readonly signal?: AbortSignal;
  /** Do not start the service when nobody owns the name. */
  readonly noAutoStart?: boolean;
};

export type Reply = { readonly signature: string; readonly body: readonly unknown[] };

/** The calls that wait for their reply. */
export type PendingCalls = {
  /** False while an old call still waits under this serial. */
  isFree(serial: number): boolean;
  add(serial: number, call: MethodCall, options: CallOptions): Promise<Reply>;
  settle(reply: Extract<Incoming, { type: 'return' | 'error' }>): void;
  rejectAll(error: Error): void;
};

type Pending = { readonly call: MethodCall; resolve(reply: Reply): void; reject(error: unknown): void };

const TIMEOUT_MS = 25_000;
const LONGEST_TIMER_MS = 0x7fffffff;

export function createPendingCalls(): PendingCalls {
  const pending = new Map<number, Pending>();
  return {
    isFree: serial => !pending.has(serial),
    add(serial, call, { timeoutMs = TIMEOUT_MS, signal }) {
      return new Promise((resolve, reject) => {
        const finish = () => {
          pending.delete(serial);
          clearTimeout(timer);
          signal?.removeEventListener('abort', abort);
        };
        const abort = () => {
          finish();
          reject(signal?.reason);
        };
        const expire = () => {
          finish();
          reject(new TimeoutError(`${call.interface}.${call.member} on ${call.destination}`, timeoutMs));
        };
        const timer = timeoutMs <= LONGEST_TIMER_MS ? setTimeout(expire, timeoutMs) : undefined;
        signal?.addEventListener('abort', abort);
        pending.set(serial, {
          call,
          resolve(reply) {
            finish();
            resolve(reply);
          },
          reject(error) {
            finish();
            reject(error);
          },
        });
      });
    },
    settle(reply) {
      const waiting = pending.get(reply.replySerial);
      if (!waiting || !isFromCallee(reply.sender, waiting.call.destination)) return;
      if (!reply.body) {
        const { interface: iface, member } = waiting.call;
        waiting.reject(
          standardError('LimitsExceeded', `the reply to ${iface}.${member} takes too much memory`),
        );
      } else if (reply.type === 'return') {
        waiting.resolve({ signature: reply.signature, body: reply.body });
      } else {
        waiting.reject(errorOf(reply.errorName, reply.body[0]));
      }
    },
    rejectAll(error) {
      for (const waiting of [...pending.values()]) waiting.reject(error);
    },
  };
}

/** Serials can be guessed, so a reply counts only from the one who was called, as far as that can be told. */
function isFromCallee(sender: string | undefined, destination: string): boolean {
  const known = destination.startsWith(':') || destination === 'org.freedesktop.DBus';
  return !known || sender === destination || sender === 'org.freedesktop.DBus';
}

function errorOf(name: string, text: unknown): DBusError {
  const message = typeof text === 'string' ? text : name;
  try {
    return new DBusError(name, message);
  } catch {
    return standardError('Failed', message);
  }
}
