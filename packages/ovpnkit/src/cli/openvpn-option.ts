import type { Option } from './command.ts';

/** `--openvpn PATH`, of every command that starts a daemon. Its value is for `openvpnProgram`. */
export const openvpnOption = {
  summary:
    'the openvpn program (default: OVPNKIT_OPENVPN, or openvpn in the PATH, /usr/local/sbin or /usr/sbin)',
  value: 'path',
  completes: 'file',
} as const satisfies Option;
