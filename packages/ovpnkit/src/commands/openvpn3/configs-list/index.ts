import { defineCommand } from '../../../cli/command.ts';
import { jsonOption } from '../../../openvpn3/target-options.ts';

export const configsList = defineCommand({
  name: 'configs-list',
  group: 'openvpn3',
  summary: 'List the configuration profiles',
  description: ['"!!" marks one that no session can be started with; --verbose says why.'],
  options: {
    count: { summary: 'print how many there are' },
    filterConfig: { summary: 'only those whose names begin so', value: 'prefix', completes: 'configuration' },
    filterTag: { summary: 'only those with this tag', value: 'tag' },
    filterOwner: { summary: "only this user's", value: 'user', completes: 'user' },
    verbose: { short: 'v', summary: 'all there is to know' },
    json: jsonOption,
  },
  examples: [{ line: 'ovpnkit configs-list --filter-tag work', does: 'those with the tag work' }],
  run: async (context, options) => (await import('./run.ts')).runConfigsList(context, options),
});
