import { boolean } from '../../../cli/boolean.ts';
import { defineCommand } from '../../../cli/command.ts';
import { parseSeconds } from '../../../cli/number.ts';
import { configurationPath, jsonOption } from '../../../openvpn3/target-options.ts';

export const sessionStart = defineCommand({
  name: 'session-start',
  group: 'openvpn3',
  summary: 'Start a session and connect it',
  description: [
    'What the server wants to know is asked on the terminal, and passwords are not shown. Without a terminal, the answers are the lines of the standard input. They are never given on the command line.',
  ],
  options: {
    config: {
      short: 'c',
      summary: 'the name of a configuration; a file when there is none of this name',
      value: 'name',
      completes: 'configuration',
    },
    configPath: { short: 'p', summary: 'the object path of a configuration', ...configurationPath },
    persistTun: { summary: 'keep the network device while reconnecting' },
    timeout: { summary: 'give up when it takes longer', value: 'seconds', parse: parseSeconds },
    background: { summary: 'do not wait for the connection' },
    dco: { summary: 'let the kernel move the packets', ...boolean },
    json: jsonOption,
  },
  examples: [
    { line: 'ovpnkit session-start --config office --timeout 30', does: 'connect within half a minute' },
    {
      line: 'ovpnkit session-start --config office.ovpn < credentials',
      does: 'a profile from a file; a user name and a password from another',
    },
  ],
  run: async (context, options) => (await import('./run.ts')).runSessionStart(context, options),
});
