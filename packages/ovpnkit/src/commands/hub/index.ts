import { defineCommand } from '../../cli/command.ts';
import { parseSeconds } from '../../cli/number.ts';

export const hub = defineCommand({
  name: 'hub',
  group: 'share',
  daemon: true,
  summary: 'Share the one connection of a daemon among many programs',
  description: [
    'Owns the connection to the daemon and serves any number of programs, each as if it had the daemon to itself. Programs need no change: they connect to the hub instead.',
    'Roles: monitor reads and subscribes; operator disconnects clients too; auth decides about clients, answers the questions of a client daemon, and is the only one that sees passwords; admin does everything else. The default is monitor. One auth program at a time decides; when none is there, clients are turned away for now (--undecided wait: they wait).',
    'Let the hub dial the daemon. With management-client the daemon dials the hub, and ends when the hub does.',
    '`hub status` asks a running hub: name its listener with --management.',
  ],
  arguments: [{ name: 'action', summary: 'status', completes: ['status'], optional: true }],
  options: {
    listen: {
      summary:
        'where programs connect: unix:/path or tcp:host:port, with ,role=… ,mode=… ,password-file=… behind it',
      value: 'listener',
      completes: ['unix:', 'tcp:127.0.0.1:'],
      repeated: true,
    },
    lost: {
      summary:
        'when the daemon is gone: close the sessions as it would, or keep them for programs that never reconnect',
      value: 'policy',
      choices: ['close', 'keep'],
      default: 'close',
    },
    undecided: {
      summary: 'clients that ask while no program decides: deny them for now, or let them wait',
      value: 'policy',
      choices: ['deny', 'wait'],
      default: 'deny',
    },
    seconds: { summary: 'end by itself after so long', value: 'seconds', parse: parseSeconds },
    json: { summary: 'print events (or the status) as JSON, one object a line' },
  },
  examples: [
    {
      line: 'ovpnkit --management unix:/run/openvpn/server.sock hub --listen unix:/run/ovpnkit/server.sock,role=operator,mode=660 --listen tcp:127.0.0.1:7505,password-file=/etc/ovpnkit/pw',
      does: 'a socket for operators, and a port for a dashboard',
    },
    {
      line: 'ovpnkit --management unix:/run/ovpnkit/server.sock hub status',
      does: 'who is connected to the hub',
    },
  ],
  run: async (context, options, args) => (await import('./run.ts')).runHub(context, options, args),
});
