import { defineCommand } from '../../cli/command.ts';
import { wholeNumber } from '../../cli/number.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { device, sessionPath } from '../../openvpn3/target-options.ts';

export const log = defineCommand({
  name: 'log',
  group: 'look',
  daemon: true,
  summary: "Show the daemon's log, or follow a session of OpenVPN 3",
  description: [
    'The daemon remembers its latest 250 lines unless management-log-cache says otherwise.',
    'With --config, --session-path or --interface it shows what happens in a session of OpenVPN 3 until that ends. With --config it waits for one.',
  ],
  arguments: [{ name: 'number', summary: 'the same as --lines', optional: true }],
  options: {
    follow: { summary: 'go on with what comes, until ended' },
    lines: {
      short: 'n',
      summary: 'so many of the latest lines (default: all)',
      value: 'number',
      parse: wholeNumber(1),
    },
    config: {
      short: 'c',
      summary: 'OpenVPN 3: the name of the configuration of the session',
      value: 'name',
      completes: 'session',
    },
    sessionPath: { summary: 'OpenVPN 3: the object path of the session', ...sessionPath },
    interface: { short: 'I', summary: 'OpenVPN 3: the network device of the session', ...device },
    logLevel: { summary: 'OpenVPN 3: how much it logs', value: 'level', parse: wholeNumber(0, 6) },
    json: { summary: 'print one JSON object a line' },
  },
  examples: [
    { line: 'ovpnkit log 20', does: 'the latest 20 lines' },
    {
      line: 'ovpnkit --management unix:/run/openvpn/server.sock log --follow -n 20',
      does: 'like tail -f',
    },
    { line: 'ovpnkit log --config office', does: 'a session of OpenVPN 3' },
  ],
  run: async (context, options, [number]) => {
    const { follow, json, lines: given, ...session } = options;
    if (number !== undefined && given !== undefined)
      throw new UsageError(`give the number of lines once: ${number}, or --lines ${given}`);
    const lines = number === undefined ? given : readNumber(number);
    const ofSession = Object.values(session).some(value => value !== undefined);
    if (
      session.logLevel !== undefined &&
      Object.values(session).filter(value => value !== undefined).length === 1
    )
      throw new UsageError('say which session, with --config, --session-path or --interface');
    if (!ofSession) return (await import('./run.ts')).runLog(context, { follow, lines, json });
    if (follow || lines !== undefined) {
      throw new UsageError('--follow and --lines are for the log of a daemon; a session has no history');
    }
    return (await import('./run-session.ts')).runSessionLog(context, { ...session, json });
  },
});

function readNumber(text: string): number {
  try {
    return wholeNumber(1)(text);
  } catch (error) {
    if (error instanceof UsageError)
      throw new UsageError(`'${text}' is no number of lines: ${error.message}`);
    throw error;
  }
}
