import { defineCommand } from '../../cli/command.ts';
import { parseSeconds, wholeNumber } from '../../cli/number.ts';
import { openvpnOption } from '../../cli/openvpn-option.ts';

export const lab = defineCommand({
  name: 'lab',
  group: 'try',
  summary: 'Run a throw-away network of real openvpn daemons until ended',
  description: [
    'A server and its clients, each in a network namespace of its own, with keys made for them. Nothing outside is touched and nothing is left behind. Needs Linux, openvpn and root, or a user who may make user namespaces. Files go to TMPDIR.',
  ],
  options: {
    clients: { summary: 'how many clients', value: 'number', parse: wholeNumber(0, 253), default: 3 },
    openvpn: openvpnOption,
    seconds: { summary: 'end by itself after so long', value: 'seconds', parse: parseSeconds },
  },
  examples: [{ line: 'ovpnkit lab --clients 5', does: 'a server with five clients to try commands on' }],
  run: async (context, options) => (await import('./run.ts')).runLab(context, options),
});
