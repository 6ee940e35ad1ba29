import { boolean } from '../../../cli/boolean.ts';
import { defineCommand } from '../../../cli/command.ts';
import { accessOptions, configurationOptions, jsonOption } from '../../../openvpn3/target-options.ts';

export const configAcl = defineCommand({
  name: 'config-acl',
  group: 'openvpn3',
  summary: 'Show or change who may use a configuration profile',
  options: {
    ...configurationOptions,
    ...accessOptions,
    publicAccess: { summary: 'let everybody use it', ...boolean },
    lockDown: { summary: 'show its contents to nobody but the owner', ...boolean },
    transferOwnerSession: {
      short: 'T',
      summary: 'sessions belong to its owner, whoever starts them',
      ...boolean,
    },
    seal: { short: 'S', summary: 'let nobody change it any more, for ever' },
    json: jsonOption,
  },
  examples: [
    { line: 'ovpnkit config-acl --config office --grant alice --show', does: 'alice may start it too' },
  ],
  run: async (context, options) => (await import('./run.ts')).runConfigAcl(context, options),
});
