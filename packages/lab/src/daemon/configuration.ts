import { existsSync } from 'node:fs';
import { addresses } from '../network/network.ts';
import type { Credentials } from '../pki/certificates.ts';

/** Options that a line of the caller takes the place of, beside the option of the same name. */
const replaces: Readonly<Record<string, string>> = {
  'management-external-key': 'key',
  'management-external-cert': 'cert',
};

/** The kernel forgets to kill a process with its parent once it changes its user; a daemon in the background has no parent. */
const refused: ReadonlySet<string> = new Set(['user', 'group', 'daemon']);

/** The name of the option in a line: of one that older daemons pass over (`setenv opt NAME`), and of a block (`<NAME>`), too. */
export const option = (line: string): string => /^\s*(?:setenv\s+opt\s+)?<?([^\s>]*)/.exec(line)?.[1] ?? '';

/** Our own lines, without those that the caller's lines replace, then the caller's. */
export function mergeLines(own: readonly string[], lines: readonly string[]): string[] {
  const bad = lines.find(line => refused.has(option(line)));
  if (bad !== undefined) {
    throw new TypeError(
      `The lab refuses the line '${bad}': such a daemon could outlive this process; leave it out`,
    );
  }
  const replaced = new Set(lines.map(option).flatMap(name => [name, replaces[name]]));
  return [...own.filter(line => !replaced.has(option(line))), ...lines];
}

/** One parameter in the syntax of a configuration file. */
export const quote = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

export type Protocol = 'udp' | 'tcp';

const shared = (credentials: Credentials): string[] => [
  'dev tun',
  `ca ${quote(credentials.ca)}`,
  `cert ${quote(credentials.certificate)}`,
  `key ${quote(credentials.key)}`,
  'verb 3',
];

// On UDP nobody else tells the other side that a daemon has ended; on TCP the option is an error.
const exitNotify = (protocol: Protocol): string[] => (protocol === 'udp' ? ['explicit-exit-notify 1'] : []);

/**
 * Arguments before `--config` of a daemon with these lines. Since OpenVPN 2.7, a client with root's rights would write what a
 * server pushes into this machine's resolv.conf. They are arguments, because no profile that is made of a client's
 * configuration may say so.
 */
export const safeArguments = (lines: readonly string[]): string[] =>
  lines.map(option).some(name => name === 'client' || name === 'pull')
    ? ['--setenv', 'opt', 'dns-updown', 'disable']
    : [];

export const serverLines = (credentials: Credentials, protocol: Protocol): string[] => [
  ...shared(credentials),
  `proto ${protocol === 'udp' ? 'udp' : 'tcp-server'}`,
  `local ${addresses.server}`,
  `port ${addresses.port}`,
  'topology subnet',
  `server ${addresses.tunnelPool}`,
  // A kernel without IPv6 would end the daemon.
  ...(existsSync('/proc/sys/net/ipv6') ? [`server-ipv6 ${addresses.tunnelPool6}`] : []),
  'dh none',
  'remote-cert-tls client',
  'keepalive 2 10',
  ...exitNotify(protocol),
];

export const clientLines = (credentials: Credentials, protocol: Protocol): string[] => [
  ...shared(credentials),
  'client',
  `proto ${protocol === 'udp' ? 'udp' : 'tcp-client'}`,
  `remote ${addresses.server} ${addresses.port}`,
  'nobind',
  'remote-cert-tls server',
  'auth-nocache',
  ...exitNotify(protocol),
];
