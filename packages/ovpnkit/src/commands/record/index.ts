import { defineCommand } from '../../cli/command.ts';
import { parseSeconds, wholeNumber } from '../../cli/number.ts';

export const record = defineCommand({
  name: 'record',
  group: 'remember',
  daemon: true,
  summary: 'Write all that crosses the management connection to a file',
  description: [
    'A flight recorder: every chunk with its time, one JSON object a line. It switches on state, log, echo and byte counters, and asks for the status in all formats every so often, so that `replay` has answers for any program. Passwords, tokens and answers to challenges are replaced by asterisks. The file is made with mode 0600 and must not exist.',
    'Record through a hub to let other programs work meanwhile.',
  ],
  arguments: [{ name: 'file', summary: 'where to write', completes: 'file' }],
  options: {
    interval: {
      summary: 'seconds between two looks at the status',
      value: 'seconds',
      parse: wholeNumber(1),
      default: 10,
    },
    seconds: { summary: 'end by itself after so long', value: 'seconds', parse: parseSeconds },
  },
  examples: [
    { line: 'ovpnkit --management unix:/run/ovpnkit/server.sock record friday.jsonl', does: 'until Ctrl-C' },
  ],
  run: async (context, options, args) => (await import('./run.ts')).runRecord(context, options, args),
});
