import { defineCommand } from '../../../cli/command.ts';
import { openvpnOption } from '../../../cli/openvpn-option.ts';

export const service = defineCommand({
  name: 'service',
  group: 'services',
  summary: 'Install the services on the system bus, or run one of them',
  description: [
    'Names: log, configuration-manager, backend-starter, session-manager, netcfg, or all of them in one process with `all`. Each has options of its own; `ovpnkit service NAME --help` lists them.',
    '`service install` writes the policy, the activation files, the units and the programs, and makes the user when it is missing; from then on the bus starts what is needed. `service uninstall` ends the services and removes the files that it wrote; the user and the state folder stay. It refuses while there are sessions.',
  ],
  arguments: [
    {
      name: 'name',
      summary: 'the service, or all, install, uninstall',
      completes: [
        'install',
        'uninstall',
        'all',
        'log',
        'configuration-manager',
        'backend-starter',
        'session-manager',
        'netcfg',
      ],
    },
  ],
  options: {
    prefix: {
      summary: 'install below this folder instead of into the system',
      value: 'folder',
      completes: 'folder',
      default: '/',
    },
    user: {
      summary: 'the user that the services run as',
      value: 'name',
      completes: 'user',
      default: 'openvpn',
    },
    openvpn: {
      ...openvpnOption,
      summary:
        'the openvpn program that installed services run (default: OVPNKIT_OPENVPN, or what they find themselves)',
    },
    dryRun: { summary: 'print what would be done' },
  },
  examples: [
    { line: 'ovpnkit service install', does: 'OpenVPN 3 on this machine' },
    { line: 'ovpnkit service all', does: 'everything in one process, for a small machine' },
  ],
  run: async (context, options, args) => (await import('./run.ts')).runService(context, options, args),
});
