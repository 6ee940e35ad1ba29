import { defineCommand } from '../../cli/command.ts';
import { parseSeconds } from '../../cli/number.ts';

export const replay = defineCommand({
  name: 'replay',
  group: 'remember',
  summary: 'Serve a recording as if it were the daemon',
  description: [
    'Any number of programs may connect.',
    'Events come in the recorded order and pace, from the first on when the first program connects. A command gets what the daemon had answered to it last by that time; one that was never recorded gets an ERROR. At the end the last state stays.',
  ],
  arguments: [{ name: 'file', summary: 'a file that `ovpnkit record` wrote', completes: 'file' }],
  options: {
    listen: {
      summary: 'where programs connect: unix:/path or tcp:host:port, with settings as for `hub`',
      value: 'listener',
      completes: ['unix:', 'tcp:127.0.0.1:'],
    },
    speed: { summary: 'how many recorded seconds pass in one', value: 'factor', default: '1' },
    seconds: { summary: 'end by itself after so long', value: 'seconds', parse: parseSeconds },
  },
  examples: [
    {
      line: 'ovpnkit replay friday.jsonl --listen unix:/tmp/friday.sock --speed 60',
      does: 'an hour in a minute; try `ovpnkit --management unix:/tmp/friday.sock watch`',
    },
  ],
  run: async (context, options, args) => (await import('./run.ts')).runReplay(context, options, args),
});
