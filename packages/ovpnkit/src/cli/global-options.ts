import { parseAddress } from './address.ts';
import type { Option } from './command.ts';
import { parseSeconds } from './number.ts';

/** The options of every command that talks to a daemon. They may stand before its name as well. */
export const globalOptions = {
  management: {
    summary:
      'where the daemon is: unix:/path, tcp:host:port, or listen: before either for a daemon with management-client, which ends when ovpnkit does; without it, the only socket in /run/openvpn* or of a hub in /run/ovpnkit',
    value: 'address',
    parse: parseAddress,
    completes: 'daemon',
    env: 'OVPNKIT_MANAGEMENT',
  },
  passwordFile: {
    summary: 'the file with the management password in its first line',
    value: 'file',
    completes: 'file',
  },
  wait: {
    summary:
      'how long to wait for a daemon that is silent, such as one that looks up a name (default: 10 to be greeted, 30 for an answer)',
    value: 'seconds',
    parse: parseSeconds,
  },
} as const satisfies Record<string, Option>;
