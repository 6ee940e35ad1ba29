import { boolean } from '../../../cli/boolean.ts';
import { defineCommand, optionName } from '../../../cli/command.ts';
import { configurationOptions, jsonOption } from '../../../openvpn3/target-options.ts';
import { overrideOptions } from './override-options.ts';

export const configManage = defineCommand({
  name: 'config-manage',
  group: 'openvpn3',
  summary: 'Show or change the properties of a configuration profile',
  options: {
    ...configurationOptions,
    show: { short: 's', summary: 'show it, as it is behind the changes' },
    exists: { summary: 'only look whether there is one' },
    quiet: { short: 'q', summary: 'with --exists: print nothing' },
    rename: { short: 'r', summary: 'call it so', value: 'name' },
    tag: { summary: 'add a tag', value: 'tag', repeated: true },
    removeTag: { summary: 'remove a tag', value: 'tag', repeated: true },
    dco: { summary: 'let the kernel move the packets', ...boolean },
    ...overrideOptions,
    unsetOverride: {
      summary: 'remove an override',
      value: 'name',
      completes: Object.keys(overrideOptions).map(optionName),
      repeated: true,
    },
    json: jsonOption,
  },
  examples: [
    {
      line: 'ovpnkit config-manage --config office --dns-scope tunnel --show',
      does: "ask the office's name servers about its own names only",
    },
  ],
  run: async (context, options) => (await import('./run.ts')).runConfigManage(context, options),
});
