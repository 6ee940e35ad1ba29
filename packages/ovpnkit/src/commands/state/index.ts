import { defineCommand } from '../../cli/command.ts';

export const state = defineCommand({
  name: 'state',
  group: 'look',
  daemon: true,
  summary: 'Show the state of the daemon and its addresses',
  options: {
    history: { summary: 'all states that the daemon remembers, oldest first' },
    json: { summary: 'print JSON: one object, or a list with --history' },
  },
  examples: [
    {
      line: 'ovpnkit --management unix:/run/openvpn/client.sock state',
      does: 'is the tunnel up, and since when',
    },
  ],
  run: async (context, options) => (await import('./run.ts')).runState(context, options),
});
