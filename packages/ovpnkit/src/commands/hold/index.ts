import { defineCommand } from '../../cli/command.ts';

export const hold = defineCommand({
  name: 'hold',
  group: 'act',
  daemon: true,
  summary: 'Let a waiting daemon go on, or change whether it waits',
  arguments: [
    {
      name: 'action',
      summary: 'on, off or release; without it the present setting is shown',
      completes: ['on', 'off', 'release'],
      optional: true,
    },
  ],
  options: {},
  examples: [{ line: 'ovpnkit hold release', does: 'starts a daemon that was started with management-hold' }],
  run: async (context, _options, args) => (await import('./run.ts')).runHold(context, args),
});
