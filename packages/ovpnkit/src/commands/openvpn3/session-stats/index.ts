import { defineCommand } from '../../../cli/command.ts';
import { sessionOptions } from '../../../openvpn3/target-options.ts';

export const sessionStats = defineCommand({
  name: 'session-stats',
  group: 'openvpn3',
  summary: 'Print the counters of a session',
  options: { ...sessionOptions, json: { short: 'j', summary: 'print JSON' } },
  examples: [{ line: 'ovpnkit session-stats --interface tun0 --json', does: 'for a script' }],
  run: async (context, options) => (await import('./run.ts')).runSessionStats(context, options),
});
