import { defineCommand } from '../../cli/command.ts';
import { parseSeconds } from '../../cli/number.ts';
import { clientOrders } from '../../watch/client-order.ts';

export const watch = defineCommand({
  name: 'watch',
  group: 'look',
  daemon: true,
  summary: 'Follow a daemon live: its state, clients, traffic and log',
  description: [
    'On a terminal a screen of the clients, the busiest first, that q or Ctrl-C ends. Arrows, PgUp, PgDn, Home and End (or k, j, g, G) scroll, s sorts by something else and r the other way round, / filters by a part of a name or an address, Enter shows one client, Esc goes back, and ? tells the keys.',
    'Elsewhere a line for each happening, a summary every ten seconds, and of the log only warnings and errors. When the daemon goes away it says so and waits for it.',
    'A daemon grants one management connection: while watch holds it, nobody else answers its questions.',
  ],
  options: {
    interval: {
      summary: 'how often to ask the daemon for its clients and traffic',
      value: 'seconds',
      parse: parseSeconds,
      default: 2,
    },
    file: {
      summary: "follow the file of the daemon's status option instead, in any of its formats",
      value: 'path',
    },
    sort: {
      summary: 'what the list of clients begins with',
      value: 'order',
      choices: clientOrders,
      default: 'busiest',
    },
    seconds: { summary: 'end by itself after so long', value: 'seconds', parse: parseSeconds },
  },
  examples: [
    { line: 'ovpnkit --management unix:/run/openvpn/server.sock watch', does: 'the live screen' },
    { line: 'ovpnkit watch --sort since', does: 'the clients that are connected longest first' },
    {
      line: 'ovpnkit watch --file /run/openvpn/openvpn-status.log',
      does: 'the same of what the daemon writes there',
    },
  ],
  run: async (context, options) => (await import('./run.ts')).runWatch(context, options),
});
