import { defineCommand } from '../../cli/command.ts';

export const kill = defineCommand({
  name: 'kill',
  summary: 'Disconnect clients of a server',
  description: [
    'A target is a common name (all clients of that name), a real address as `status` prints it, or cid:NUMBER for one client by its id. Clients that may come again do so at once, unless --halt tells them to stay away.',
  ],
  arguments: [{ name: 'target', summary: 'who', variadic: true }],
  options: {
    halt: { summary: 'tell the client to end instead of connecting again; cid: targets only' },
    reason: { summary: 'a text for the client; cid: targets only', value: 'text' },
  },
  examples: [
    {
      line: 'ovpnkit kill alice 198.51.100.7:49152',
      does: 'every client called alice, and one by its address',
    },
    { line: 'ovpnkit kill --halt cid:7', does: 'client 7, which then ends' },
  ],
  run: async (context, options, targets) => (await import('./run.ts')).runKill(context, options, targets),
});
