import { defineCommand } from '../../cli/command.ts';

export const kill = defineCommand({
  name: 'kill',
  group: 'act',
  daemon: true,
  summary: 'Disconnect clients of a server',
  description: [
    'A target is a common name, a user name, a real or virtual address as `status` prints it, or cid:NUMBER. It is looked up among the clients that are connected now, and must mean one of them; the answer says which it was.',
    'Clients that may come again do so at once, unless --halt tells them to stay away.',
  ],
  arguments: [{ name: 'target', summary: 'who', variadic: true }],
  options: {
    all: { summary: 'every client that a target means, if there is more than one' },
    halt: { summary: 'tell the client to end' },
    restart: { summary: 'tell the client to connect again (the default)' },
    reason: { summary: 'a text for the user of the client', value: 'text' },
  },
  examples: [
    {
      line: 'ovpnkit kill alice 198.51.100.7:49152',
      does: 'the client called alice, and one by its address',
    },
    { line: 'ovpnkit kill --all alice', does: 'alice on all her devices' },
    { line: "ovpnkit kill --halt --reason 'so long' cid:7", does: 'client 7, which then ends' },
  ],
  run: async (context, options, targets) => (await import('./run.ts')).runKill(context, options, targets),
});
