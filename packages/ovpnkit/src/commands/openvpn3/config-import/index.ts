import { defineCommand } from '../../../cli/command.ts';
import { jsonOption } from '../../../openvpn3/target-options.ts';

export const configImport = defineCommand({
  name: 'config-import',
  group: 'openvpn3',
  summary: 'Import a configuration profile',
  description: ['Files that the profile names, such as ca and key, are taken into it.'],
  options: {
    config: { short: 'c', summary: 'the file of the profile', value: 'file', completes: 'file' },
    name: { short: 'n', summary: 'what it is called (default: the file as given)', value: 'name' },
    persistent: { short: 'p', summary: 'keep it when the configuration manager ends' },
    tag: { summary: 'a tag, to find it by', value: 'tag', repeated: true },
    json: jsonOption,
  },
  examples: [
    {
      line: 'ovpnkit config-import --config office.ovpn --name office --persistent',
      does: 'a configuration that lasts',
    },
  ],
  run: async (context, options) => (await import('./run.ts')).runConfigImport(context, options),
});
