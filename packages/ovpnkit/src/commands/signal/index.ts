import { defineCommand } from '../../cli/command.ts';

export const signal = defineCommand({
  name: 'signal',
  group: 'act',
  daemon: true,
  summary: 'Send a signal to the daemon',
  description: [
    'SIGUSR1 reconnects, SIGHUP reads the configuration again, SIGUSR2 writes the status to the log, SIGTERM ends the daemon.',
  ],
  arguments: [
    {
      name: 'name',
      summary: 'SIGUSR1, SIGHUP, SIGUSR2, SIGTERM; SIG may be left out',
      completes: ['SIGUSR1', 'SIGHUP', 'SIGUSR2', 'SIGTERM'],
    },
  ],
  options: {},
  examples: [{ line: 'ovpnkit signal usr1', does: 'reconnect' }],
  run: async (context, _options, args) => (await import('./run.ts')).runSignal(context, args),
});
