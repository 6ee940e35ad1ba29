import { defineCommand } from '../../cli/command.ts';
import { parseSeconds } from '../../cli/number.ts';

export const watch = defineCommand({
  name: 'watch',
  summary: 'Follow a daemon live: its state, clients, traffic and log',
  description: [
    'On a terminal a screen that q or Ctrl-C ends; elsewhere a line for each happening, a summary every ten seconds, and of the log only warnings and errors. When the daemon goes away it says so and waits for it.',
    'A daemon grants one management connection: while watch holds it, nobody else answers its questions.',
  ],
  options: {
    interval: {
      summary: 'how often to ask the daemon for its clients and traffic',
      value: 'seconds',
      parse: parseSeconds,
      default: 2,
    },
    seconds: { summary: 'end by itself after so long', value: 'seconds', parse: parseSeconds },
  },
  examples: [{ line: 'ovpnkit --management unix:/run/openvpn/server.sock watch', does: 'the live screen' }],
  run: async (context, options) => (await import('./run.ts')).runWatch(context, options),
});
