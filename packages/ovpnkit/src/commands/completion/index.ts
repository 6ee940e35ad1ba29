import { defineCommand } from '../../cli/command.ts';

export const completion = defineCommand({
  name: 'completion',
  group: 'program',
  summary: 'Print a script that completes command lines in a shell',
  description: [
    'It knows commands, options and their values, files and users, and asks for the names of configurations and sessions when they are wanted.',
    'bash reads it from /etc/bash_completion.d or ~/.bashrc, zsh from a file _ovpnkit in a folder of its fpath, fish from ~/.config/fish/completions/ovpnkit.fish.',
  ],
  arguments: [
    { name: 'shell', summary: 'bash, zsh or fish', completes: ['bash', 'zsh', 'fish'], optional: true },
  ],
  options: {
    list: {
      summary: 'print what the scripts look up',
      value: 'kind',
      choices: ['configuration', 'configuration-path', 'session', 'session-path', 'device', 'daemon'],
      hidden: true,
    },
  },
  examples: [
    { line: 'source <(ovpnkit completion bash)', does: 'in ~/.bashrc' },
    { line: 'ovpnkit completion zsh > ~/.zfunc/_ovpnkit', does: 'where ~/.zfunc is in the fpath' },
    { line: 'ovpnkit completion fish > ~/.config/fish/completions/ovpnkit.fish', does: 'for fish' },
  ],
  run: async (context, options, args) => (await import('./run.ts')).runCompletion(context, options, args),
});
