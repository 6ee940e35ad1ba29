import { defineCommand } from '../../cli/command.ts';

export const hold = defineCommand({
  name: 'hold',
  summary: 'Tell whether the daemon waits at its start, change that, or let it go on',
  arguments: [
    {
      name: 'action',
      summary: 'on, off or release; without it the present setting is shown',
      optional: true,
    },
  ],
  options: {},
  examples: [{ line: 'ovpnkit hold release', does: 'starts a daemon that was started with management-hold' }],
  run: async (context, _options, args) => (await import('./run.ts')).runHold(context, args),
});
