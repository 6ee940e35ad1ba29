import { defineCommand } from '../../../cli/command.ts';
import { parseSeconds, wholeNumber } from '../../../cli/number.ts';
import { jsonOption, sessionOptions } from '../../../openvpn3/target-options.ts';

export const sessionManage = defineCommand({
  name: 'session-manage',
  group: 'openvpn3',
  summary: 'Pause, resume, restart or disconnect a session',
  options: {
    ...sessionOptions,
    pause: { short: 'P', summary: 'interrupt the connection' },
    resume: { short: 'R', summary: 'connect again after a pause' },
    restart: { summary: 'connect anew' },
    disconnect: { short: 'D', summary: 'end the session' },
    cleanup: { summary: 'end all sessions whose backend process is gone' },
    logLevel: {
      summary: 'how much it logs; show it when no level is given',
      value: 'level',
      optionalValue: true,
      parse: wholeNumber(0, 6),
    },
    timeout: {
      summary: 'with --resume and --restart: wait so long for the connection',
      value: 'seconds',
      parse: parseSeconds,
    },
    json: jsonOption,
  },
  examples: [{ line: 'ovpnkit session-manage --config office --disconnect', does: 'end it' }],
  run: async (context, options) => (await import('./run.ts')).runSessionManage(context, options),
});
