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
import { CommandFailure, DeployedFailure } from './command-failure.ts';

export type FrontEnd = Pick<Context, 'print' | 'signal'> & {
  readonly bus: Bus;
  readonly configurations: Configurations;
  readonly sessions: Sessions;
};

/**
 * Runs a command on the system bus. What went wrong is said as `openvpn3` does where that knows it, and has the same exit
 * codes.
 */
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
    const head = isDeployed(error) ? `ovpnkit/${command}: ** ERROR **` : 'ovpnkit:';
    process.stderr.write(`${head} ${printable(reason(error))}\n`);
    return outcome;
  } finally {
    await bus?.close();
  }
}

/** The sentence of an error for people. */
export function reason(error: unknown): string {
  if (!(error instanceof DBusError)) return error instanceof Error ? error.message : String(error);
  const text = errorText(error.message).trim();
  return isAbsent(error) ? `${text}; install the services (ovpnkit service install, as root)` : text;
}

/** What a service answers is in its own words, and those are the deployed ones. */
const isDeployed = (error: unknown): boolean =>
  error instanceof DeployedFailure ||
  error instanceof SessionStartError ||
  (error instanceof DBusError && !isAbsent(error));

/** Nobody has the name, and the bus starts nobody. */
const isAbsent = ({ errorName }: DBusError): boolean =>
  errorName === 'org.freedesktop.DBus.Error.ServiceUnknown';

const isRefusal = (error: unknown): boolean =>
  error instanceof DBusError && error.message.startsWith('GDBus.Error:');

/** Refusals of a service are foreseen; deployed front ends end with another code when the bus itself fails. */
function outcomeOf(error: unknown): Outcome | undefined {
  if (error instanceof CommandFailure) return error.outcome;
  if (error instanceof SessionStartError) return 'refused';
  if (error instanceof DBusError) return isRefusal(error) ? 'refused' : 'service-failed';
  if (error instanceof TimeoutError || error instanceof ConnectionError) return 'service-failed';
  return undefined;
}
