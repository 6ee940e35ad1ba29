import { defineCommand } from '../../cli/command.ts';

export const version = defineCommand({
  name: 'version',
  group: 'look',
  daemon: true,
  summary: 'Show what the daemon says of itself',
  options: { json: { summary: 'print JSON: release, version and management' } },
  examples: [
    { line: 'ovpnkit version', does: 'OpenVPN 2.6.14 … and the version of its management interface' },
  ],
  run: async (context, options) => (await import('./run.ts')).runVersion(context, options),
});
