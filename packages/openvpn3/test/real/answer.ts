// A call on the bus as one value, whether it succeeds or not.
import { ok } from 'node:assert/strict';
import { type Bus, type CallOptions, DBusError, type MethodCall } from '@ovpnkit/dbus';

export type Answer =
  | { readonly ok: readonly unknown[]; readonly ms: number }
  | { readonly error: string; readonly message: string; readonly ms: number };

/** Rejects only when there is no answer at all: in time, or because the connection is over. */
export async function ask(bus: Bus, call: MethodCall, options?: CallOptions): Promise<Answer> {
  const started = performance.now();
  const ms = () => performance.now() - started;
  try {
    const { body } = await bus.call(call, options);
    return { ok: body, ms: ms() };
  } catch (error) {
    if (!(error instanceof DBusError)) throw error;
    return { error: error.errorName, message: error.message, ms: ms() };
  }
}

/** What a method returned; throws the DBusError that it answered with. */
export function unwrap(answer: Answer): readonly unknown[] {
  if ('ok' in answer) return answer.ok;
  throw new DBusError(answer.error, answer.message);
}

/** Front ends wait five seconds for any answer, and the services four at most; a machine that runs other tests adds to it. */
export const LATEST_MS = 8000;

/** Nobody is kept waiting. */
export function inTime({ ms }: Answer, what: string): void {
  ok(ms < LATEST_MS, `${what} was answered after ${ms} ms`);
}
