import { boolean } from '../../../cli/boolean.ts';
import { type Option, optionName } from '../../../cli/command.ts';

const text = (value: string, summary: string) => ({ value, summary: `override: ${summary}` }) as const;
const choice = <const C extends readonly string[]>(choices: C, summary: string) =>
  ({ value: 'value', choices, summary: `override: ${summary}` }) as const;
const truth = (summary: string) => ({ ...boolean, summary: `override: ${summary}` }) as const;

/** An option for each override of a configuration, in the order in which they are applied. */
export const overrideOptions = {
  serverOverride: text('host', 'connect to this server'),
  portOverride: text('port', 'connect to this port'),
  protoOverride: choice(['udp', 'tcp'], 'connect with this protocol'),
  ipv6: choice(['yes', 'no', 'default'], 'IPv6 inside of the tunnel'),
  persistTun: truth('keep the network device while reconnecting'),
  logLevel: choice(['0', '1', '2', '3', '4', '5', '6'], 'how much the session logs'),
  dnsFallbackGoogle: truth('use the name servers of Google when the server names none'),
  dnsSetupDisabled: truth('leave the name resolution of this machine alone'),
  dnsScope: choice(
    ['global', 'tunnel'],
    'ask the name servers of the server about all names, or about its own',
  ),
  dnsSyncLookup: truth('look names up synchronously'),
  authFailRetry: truth(
    'try again when the credentials are refused; backends of ovpnkit ask for them again instead',
  ),
  allowCompression: choice(['no', 'asym', 'yes'], 'compression'),
  enableLegacyAlgorithms: truth('permit old algorithms'),
  tlsVersionMin: choice(['tls_1_0', 'tls_1_1', 'tls_1_2', 'tls_1_3'], 'the lowest version of TLS'),
  tlsCertProfile: choice(['legacy', 'preferred', 'suiteb'], 'how strong certificates must be'),
  proxyHost: text('host', 'connect through this HTTP proxy'),
  proxyPort: text('port', 'the port of the HTTP proxy'),
  proxyUsername: text('name', 'the user name at the HTTP proxy'),
  proxyPassword: { summary: 'override: the password at the HTTP proxy, which is asked for' },
  proxyAuthCleartext: truth('permit a password in clear text at the HTTP proxy'),
  enterpriseProfile: text('name', 'the enterprise profile'),
  automaticRestart: choice(['no', 'on-failure'], 'start the backend again when it fails'),
} as const satisfies Record<string, Option>;

/** `persistTun` is the override `persist-tun`. */
export const overrideNames: ReadonlySet<string> = new Set(Object.keys(overrideOptions).map(optionName));
