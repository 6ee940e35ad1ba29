import { defineCommand } from '../../../cli/command.ts';
import { configurationOptions, jsonOption } from '../../../openvpn3/target-options.ts';

export const configRemove = defineCommand({
  name: 'config-remove',
  group: 'openvpn3',
  summary: 'Remove a configuration profile',
  options: {
    ...configurationOptions,
    force: { summary: 'do not ask whether you are sure' },
    json: jsonOption,
  },
  examples: [{ line: 'ovpnkit config-remove --config office', does: 'asks, and removes it' }],
  run: async (context, options) => (await import('./run.ts')).runConfigRemove(context, options),
});
