import { defineCommand } from '../../cli/command.ts';
import { parseSeconds } from '../../cli/number.ts';
import { openvpnOption } from '../../cli/openvpn-option.ts';

export const demo = defineCommand({
  name: 'demo',
  group: 'try',
  summary: 'Watch a lab whose clients come, exchange traffic, and leave',
  description: [
    'The last line says what was really seen, such as `demo: ok clients=3 events=57 bytes=123456`. Needs what lab needs.',
  ],
  options: {
    client: {
      summary: 'the other door instead: OpenVPN 3 on a bus of its own, from a profile to a tunnel and back',
    },
    openvpn: openvpnOption,
    seconds: { summary: 'end by itself after so long', value: 'seconds', parse: parseSeconds },
  },
  examples: [{ line: 'ovpnkit demo --seconds 20', does: 'a check that everything works on this machine' }],
  run: async (context, options) =>
    options.client
      ? (await import('./run-client.ts')).runClientDemo(context, options)
      : (await import('./run.ts')).runDemo(context, options),
});
