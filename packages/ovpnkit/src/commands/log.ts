import { defineCommand } from '../cli/command.ts';
import { wholeNumber } from '../cli/number.ts';

export const log = defineCommand({
  name: 'log',
  summary: "Show the daemon's log, and follow it",
  description: ['The daemon remembers its latest 250 lines unless management-log-cache says otherwise.'],
  options: {
    follow: { summary: 'go on with what comes, until ended' },
    lines: { summary: 'so many of the latest lines (default: all)', value: 'number', parse: wholeNumber(1) },
    json: { summary: 'print one JSON object a line' },
  },
  examples: [
    {
      line: 'ovpnkit --management unix:/run/openvpn/server.sock log --follow --lines 20',
      does: 'like tail -f',
    },
  ],
  run: async (context, options) => (await import('../daemon/run-log.ts')).runLog(context, options),
});
