import { defineCommand } from '../../../cli/command.ts';
import { configurationOptions, jsonOption } from '../../../openvpn3/target-options.ts';

export const configDump = defineCommand({
  name: 'config-dump',
  group: 'openvpn3',
  summary: 'Print a configuration profile, keys included',
  options: { ...configurationOptions, json: jsonOption },
  examples: [{ line: 'ovpnkit config-dump --config office > office.ovpn', does: 'the profile as a file' }],
  run: async (context, options) => (await import('./run.ts')).runConfigDump(context, options),
});
