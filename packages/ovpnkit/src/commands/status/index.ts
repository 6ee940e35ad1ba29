import { defineCommand } from '../../cli/command.ts';

export const status = defineCommand({
  name: 'status',
  group: 'look',
  daemon: true,
  summary: 'Show who is connected, once',
  description: [
    'A server answers with a table of its clients, a client with its counters. Rows that cannot be read with certainty are shown below the table as they came.',
    '--json prints one object: mode ("server" or "client"), title, time, complete, clients, routes, statistics and malformed. A counter is a number, or a string when a number would not hold it exactly; times are ISO 8601; what the daemon does not tell is absent.',
    'A daemon loses all rows behind one of 512 bytes, such as a long user name makes. Then format 1 is asked for as well and what both know is put together, "complete" is false and "problem" says why, and the exit code is 5.',
  ],
  options: {
    format: {
      summary: 'the form to ask for; names with commas upset 1 and 2',
      value: 'number',
      choices: ['1', '2', '3'],
      default: '3',
    },
    file: {
      summary: "read the file of the daemon's status option instead, in any of its formats",
      value: 'path',
    },
    sort: {
      summary: "order of the clients; bytes have the most first (default: the daemon's order)",
      value: 'column',
      choices: ['name', 'address', 'virtual', 'received', 'sent', 'since', 'user', 'cipher'],
    },
    json: { summary: 'print JSON' },
  },
  examples: [
    {
      line: 'ovpnkit --management unix:/run/openvpn/server.sock status --sort received',
      does: 'the clients that send the most first',
    },
    {
      line: "ovpnkit --management tcp:localhost:7505 status --json | jq -r '.clients[].commonName'",
      does: 'their names, for a script',
    },
    {
      line: 'ovpnkit status --file /run/openvpn/openvpn-status.log',
      does: 'what the daemon wrote there last; a file that is cut is said to be cut',
    },
  ],
  run: async (context, options) => (await import('./run.ts')).runStatus(context, options),
});
