import { defineCommand } from '../../cli/command.ts';

export const clients = defineCommand({
  name: 'clients',
  group: 'look',
  daemon: true,
  summary: 'List the clients of a server one a line, for scripts',
  description: [
    'However many there are: the list is printed as it comes and never held in memory. Columns are separated by tabs: client id, common name, real address, virtual IPv4, virtual IPv6, bytes received, bytes sent, connected since, user name. What the daemon does not tell is "-".',
    'When the daemon loses a part of its answer, the list goes on with the clients that format 1 of the status tells of besides, without client id, virtual addresses and user name; that is said, and the exit code is 5.',
  ],
  options: {
    json: { summary: 'print one JSON object a line' },
  },
  examples: [
    {
      line: "ovpnkit --management unix:/run/openvpn/server.sock clients | awk -F'\\t' '$6 > 1e9 {print $2}'",
      does: 'who has sent more than a gigabyte',
    },
  ],
  run: async (context, options) => (await import('./run.ts')).runClients(context, options),
});
