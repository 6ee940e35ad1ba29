import { type Bus, ConnectionError, connect, DBusError, TimeoutError } from '@ovpnkit/dbus';
import {
  type Configurations,
  configurations,
  errorText,
  SessionStartError,
  type Sessions,
  sessions,
} from '@ovpnkit/openvpn3';
import type { Context } from '../cli/context.ts';
import type { Outcome } from '../cli/outcome.ts';
import { printable } from '../output/printable.ts';
import { CommandFailure } from './command-failure.ts';

export type FrontEnd = Pick<Context, 'print' | 'signal'> & {
  readonly bus: Bus;
  readonly configurations: Configurations;
  readonly sessions: Sessions;
};

/** Runs a command on the system bus, and says what went wrong as `openvpn3` does, with the same exit codes. */
export async function runFrontEnd(
  { print, signal }: Context,
  command: string,
  work: (frontEnd: FrontEnd) => Promise<Outcome>,
): Promise<Outcome> {
  let bus: Bus | undefined;
  try {
    bus = await connect();
    return await work({ print, signal, bus, configurations: configurations(bus), sessions: sessions(bus) });
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome === undefined || signal.aborted) throw error;
    process.stderr.write(`ovpnkit/${command}: ** ERROR ** ${printable(reason(error))}\n`);
    return outcome;
  } finally {
    await bus?.close();
  }
}

/** The sentence of an error for people. */
export function reason(error: unknown): string {
  if (!(error instanceof DBusError)) return error instanceof Error ? error.message : String(error);
  const text = errorText(error.message).trim();
  const notThere = error.errorName === 'org.freedesktop.DBus.Error.ServiceUnknown';
  return notThere ? `${text}; install the services (ovpnkit service install, as root)` : text;
}

/** Refusals of a service are foreseen; deployed front ends end with another code when the bus itself fails. */
function outcomeOf(error: unknown): Outcome | undefined {
  if (error instanceof CommandFailure) return error.outcome;
  if (error instanceof SessionStartError) return 'refused';
  if (error instanceof DBusError)
    return error.message.startsWith('GDBus.Error:') ? 'refused' : 'service-failed';
  if (error instanceof TimeoutError || error instanceof ConnectionError) return 'service-failed';
  return undefined;
}
