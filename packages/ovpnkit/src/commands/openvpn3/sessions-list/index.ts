import { defineCommand } from '../../../cli/command.ts';
import { jsonOption } from '../../../openvpn3/target-options.ts';

export const sessionsList = defineCommand({
  name: 'sessions-list',
  group: 'openvpn3',
  summary: 'List the sessions',
  options: { json: jsonOption },
  examples: [{ line: 'ovpnkit sessions-list', does: 'those that you may use' }],
  run: async (context, options) => (await import('./run.ts')).runSessionsList(context, options),
});
