import { defineCommand } from '../../cli/command.ts';
import { parseSeconds, wholeNumber } from '../../cli/number.ts';

export const events = defineCommand({
  name: 'events',
  group: 'look',
  daemon: true,
  summary: 'Print what happens as JSON, one object a line, until ended',
  description: [
    'The first line is a "snapshot" with the process id, the state and the status, whose "complete" is false when the daemon lost a part of it. Then every notification of the daemon comes under its own name (STATE, CLIENT, BYTECOUNT_CLI ...), and "down", "retry", "up" and a new "snapshot" while the daemon goes away and comes back. "at" is the time of arrival here. Secrets are printed as "[secret]", and in the text of a line as "[REDACTED]"; the address of a page to sign in is one.',
  ],
  options: {
    state: { summary: 'leave out the changes of state', negated: true },
    log: { summary: "add the lines of the daemon's log" },
    echo: { summary: 'add what the configuration or the server says with echo' },
    bytecount: {
      summary: 'add byte counters every so many seconds',
      value: 'seconds',
      parse: wholeNumber(1, 86_400),
    },
    seconds: { summary: 'end by itself after so long', value: 'seconds', parse: parseSeconds },
    json: { summary: 'print JSON, which is the only form' },
  },
  examples: [
    {
      line: 'ovpnkit --management unix:/run/openvpn/server.sock events --bytecount 5',
      does: 'clients that connect, and the traffic of each every five seconds',
    },
    {
      line: 'ovpnkit --management unix:/run/openvpn/server.sock events | jq -c \'select(.type == "CLIENT")\'',
      does: 'the clients alone',
    },
  ],
  run: async (context, options) => (await import('./run.ts')).runEvents(context, options),
});
