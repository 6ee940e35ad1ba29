import { defineCommand } from '../../../cli/command.ts';
import { wholeNumber } from '../../../cli/number.ts';
import { jsonOption } from '../../../openvpn3/target-options.ts';

export const sessionAuth = defineCommand({
  name: 'session-auth',
  group: 'openvpn3',
  summary: 'List the sessions that wait for their user, or answer one',
  options: {
    authReq: { summary: 'the one to go on with, by its number', value: 'id', parse: wholeNumber(0) },
    json: jsonOption,
  },
  examples: [{ line: 'ovpnkit session-auth --auth-req 22030', does: 'answer what that session asks' }],
  run: async (context, options) => (await import('./run.ts')).runSessionAuth(context, options),
});
