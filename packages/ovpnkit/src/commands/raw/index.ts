import { defineCommand } from '../../cli/command.ts';

export const raw = defineCommand({
  name: 'raw',
  group: 'act',
  daemon: true,
  summary: 'Send any command and print the answer as it comes',
  description: [
    'The words are joined by spaces and sent as they are; quote for the daemon inside your quotes for the shell. A verb that this program does not know needs --reply.',
  ],
  arguments: [{ name: 'word', summary: 'the command', variadic: true }],
  options: {
    reply: {
      summary: 'how the answer of an unknown verb ends: with SUCCESS or ERROR, or with END',
      value: 'form',
      choices: ['status', 'block'],
    },
  },
  examples: [
    { line: 'ovpnkit raw verb 5', does: 'more detail in the log' },
    { line: 'ovpnkit raw \'kill "name with spaces"\'', does: 'quoted for the daemon' },
  ],
  run: async (context, options, words) => (await import('./run.ts')).runRaw(context, options, words),
});
