import { boolean } from '../../../cli/boolean.ts';
import { defineCommand } from '../../../cli/command.ts';
import { accessOptions, jsonOption, sessionOptions } from '../../../openvpn3/target-options.ts';

export const sessionAcl = defineCommand({
  name: 'session-acl',
  group: 'openvpn3',
  summary: 'Show or change who may use a session',
  options: {
    ...sessionOptions,
    ...accessOptions,
    publicAccess: { summary: 'let everybody manage it', ...boolean },
    allowLogAccess: {
      summary: 'let those who may use it read its log as well',
      ...boolean,
    },
    json: jsonOption,
  },
  examples: [
    { line: 'ovpnkit session-acl --config office --grant alice --show', does: 'alice may manage it too' },
  ],
  run: async (context, options) => (await import('./run.ts')).runSessionAcl(context, options),
});
