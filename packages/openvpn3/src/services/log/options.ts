import { parseArgs } from 'node:util';
import { DEFAULT_LOG_LEVEL } from '../../contract/log.ts';
import {
  type ServiceInvocation,
  serviceArguments,
  serviceInvocation,
  serviceUsage,
} from '../host/options.ts';
import type { LogSettings } from './log-settings.ts';

/** What the command line says; `given` are the settings that it has. */
export type LogInvocation =
  | Exclude<ServiceInvocation, { type: 'run' }>
  | (Extract<ServiceInvocation, { type: 'run' }> & { readonly given: Partial<LogSettings> });

export const usage = `Usage: ovpnkit service log [OPTIONS]

The log service of OpenVPN 3, net.openvpn.v3.log on the system bus: it writes what the other services log, and forwards
what a session logs to those who may see it. What is given here stands above log-service.json in the state folder.

  --journald                  write to standard output as systemd's journal wants it
  --timestamp                 begin lines with the time
  --service-log-dbus-details  a line about the sender before each line
  --no-logtag-prefix          without the tags that tell senders apart
${serviceUsage}`;

/** Reads the command line, and does nothing else. */
export function parseLogInvocation(args: readonly string[]): LogInvocation {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...serviceArguments,
        'log-level': { type: 'string' },
        colour: { type: 'boolean' },
        journald: { type: 'boolean' },
        timestamp: { type: 'boolean' },
        'service-log-dbus-details': { type: 'boolean' },
        'no-logtag-prefix': { type: 'boolean' },
      },
    });
    const level = values['log-level'];
    const invocation = serviceInvocation({
      ...values,
      'log-level': level ?? String(DEFAULT_LOG_LEVEL),
      colour: values.colour ?? false,
    });
    if (invocation.type !== 'run') return invocation;
    const { logLevel, logFile, colour } = invocation.options;
    return {
      ...invocation,
      given: {
        ...(level !== undefined && { logLevel }),
        ...(logFile !== undefined && { logFile, journald: false }),
        ...(values.colour && { colour }),
        ...(values.journald && { journald: true }),
        ...(values.timestamp && { timestamp: true }),
        ...(values['service-log-dbus-details'] && { dbusDetails: true }),
        ...(values['no-logtag-prefix'] && { prefixLogtag: false }),
      },
    };
  } catch (error) {
    return { type: 'refused', text: error instanceof Error ? error.message : String(error) };
  }
}
