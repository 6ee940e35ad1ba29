import { defineCommand } from '../../cli/command.ts';

export const help = defineCommand({
  name: 'help',
  group: 'program',
  summary: 'List the commands, or explain one with options and examples',
  arguments: [{ name: 'command', summary: 'which one', completes: 'command', optional: true }],
  options: {},
  examples: [{ line: 'ovpnkit help status', does: 'all about status' }],
  run: async (context, _options, args) => (await import('./run.ts')).runHelp(context, args),
});
