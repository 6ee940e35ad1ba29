import { defineCommand } from '../../cli/command.ts';
import { wholeNumber } from '../../cli/number.ts';
import { UsageError } from '../../cli/usage-error.ts';

export const log = defineCommand({
  name: 'log',
  summary: "Show the daemon's log, and follow it; or follow a session of OpenVPN 3",
  description: [
    'The daemon remembers its latest 250 lines unless management-log-cache says otherwise.',
    'With --config, --session-path or --interface it shows what happens in a session of OpenVPN 3 until that ends. With --config it waits for one.',
  ],
  options: {
    follow: { summary: 'go on with what comes, until ended' },
    lines: { summary: 'so many of the latest lines (default: all)', value: 'number', parse: wholeNumber(1) },
    config: {
      short: 'c',
      summary: 'OpenVPN 3: the name of the configuration of the session',
      value: 'name',
    },
    sessionPath: { summary: 'OpenVPN 3: the object path of the session', value: 'path' },
    interface: { short: 'I', summary: 'OpenVPN 3: the network device of the session', value: 'device' },
    logLevel: { summary: 'OpenVPN 3: how much it logs', value: 'level', parse: wholeNumber(0, 6) },
    json: { summary: 'print one JSON object a line' },
  },
  examples: [
    {
      line: 'ovpnkit --management unix:/run/openvpn/server.sock log --follow --lines 20',
      does: 'like tail -f',
    },
    { line: 'ovpnkit log --config office', does: 'a session of OpenVPN 3' },
  ],
  run: async (context, options) => {
    const { follow, lines, json, ...session } = options;
    const ofSession = Object.values(session).some(value => value !== undefined);
    if (!ofSession) return (await import('./run.ts')).runLog(context, { follow, lines, json });
    if (follow || lines !== undefined) {
      throw new UsageError('--follow and --lines are for the log of a daemon; a session has no history');
    }
    return (await import('./run-session.ts')).runSessionLog(context, { ...session, json });
  },
});
