import { defineCommand } from '../../../cli/command.ts';
import { parseSeconds } from '../../../cli/number.ts';
import { openvpnOption } from '../../../cli/openvpn-option.ts';

export const tunnel = defineCommand({
  name: 'tunnel',
  group: 'services',
  summary: 'Bring a tunnel up from a profile, with nothing installed',
  description: [
    'A bus and all services of its own, in this program alone: nothing is installed and nothing stays. What the server wants to know is asked on the terminal; without one, the answers are the lines of the standard input. Ctrl-C takes the tunnel down. Needs root, and openvpn.',
  ],
  arguments: [
    { name: 'action', summary: 'up', completes: ['up'] },
    { name: 'profile', summary: 'a file with a profile', completes: 'file' },
  ],
  options: {
    openvpn: openvpnOption,
    timeout: { summary: 'give up when connecting takes longer', value: 'seconds', parse: parseSeconds },
    seconds: { summary: 'take the tunnel down after so long', value: 'seconds', parse: parseSeconds },
  },
  examples: [{ line: 'sudo ovpnkit tunnel up office.ovpn', does: 'a tunnel until Ctrl-C' }],
  run: async (context, options, args) => (await import('./run.ts')).runTunnel(context, options, args),
});
