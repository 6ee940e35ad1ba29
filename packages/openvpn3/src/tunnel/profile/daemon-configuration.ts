import { checkDirectives } from './check-directives.ts';
import { formatDirective } from './format-directive.ts';
import { type Directive, type Profile, parseProfile } from './parse-profile.ts';
import { ProfileError } from './profile-error.ts';
import { type Requirements, requirementsOf } from './requirements.ts';

export type DaemonOptions = {
  /** The unix socket where we listen and the daemon dials. */
  readonly managementSocket: string;
  /** Whether the daemon may offload the data channel to the kernel. */
  readonly dco: boolean;
  /** The PKCS#11 modules that the administrator allows, as paths. */
  readonly pkcs11Providers: readonly string[];
  /** Whether OpenSSL may use what it counts as legacy, such as BF-CBC. No by default. */
  readonly legacyAlgorithms?: boolean;
};

const noProvider =
  'the profile wants a key on a PKCS#11 token, and no PKCS#11 module is set up here; ask the administrator for one';

/**
 * The text for `openvpn --config stdin`: the management interface, which no profile may touch, then what the profile may
 * say, word for word, and then ours, which the daemon lets win. It checks the profile itself, so nothing unchecked gets
 * through. Of secrets it holds inline keys only: names, passwords and passphrases are given when the daemon asks.
 *
 * @throws ProfileError as `checkDirectives`, when the daemon would cut a line, and when the profile wants a PKCS#11 token
 * and there is no module
 */
export function formatConfiguration(profile: Profile, options: DaemonOptions): string {
  const { directives } = checkDirectives(profile).profile;
  const requirements = requirementsOf(profile);
  const forDaemon = directives.flatMap(directive => asDaemonTakesIt(directive, requirements));
  // A <connection> takes what stands above it for its own, so this one comes before.
  const nobind = binds(profile) ? [] : [ours('nobind')];
  return [
    ...managed(options.managementSocket),
    ...pullFilters,
    ...nobind,
    ...forDaemon,
    ...ourDirectives(profile, requirements, options),
  ]
    .map(formatDirective)
    .join('');
}

const ours = (name: string, ...parameters: string[]): Directive => ({ name, parameters, line: 0 });

/** They come first: a daemon whose text is cut short, because we died while it read, then finds nobody and ends. */
const managed = (socket: string): readonly Directive[] => [
  ours('management', socket, 'unix'),
  ours('management-client'),
  ours('management-hold'),
  ours('management-query-passwords'),
  ours('management-up-down'),
];

/** At `verb 9` the daemon logs keys: servers may not choose how much it says. The first filter that fits decides. */
const pullFilters: readonly Directive[] = ['verb', 'mute'].map(option =>
  ours('pull-filter', 'ignore', option),
);

/** The few that cannot go through as they are. */
function asDaemonTakesIt(directive: Directive, requirements: Requirements): readonly Directive[] {
  const { name, parameters, body, line } = directive;
  switch (name) {
    case 'static-challenge':
      // 2.6 knows one format, and no word for it. The other one needs nothing of the daemon.
      return parameters[2] === 'concat' ? [] : [{ ...directive, parameters: parameters.slice(0, 2) }];
    case 'http-proxy':
      // The credentials of the profile are not passed on, so the daemon must ask for them.
      return requirements.httpProxyCredentials && parameters.length === 2
        ? [{ ...directive, parameters: [...parameters, 'auto'] }]
        : [directive];
    case 'connection': {
      const inner = parseProfile(body ?? '', line + 1).directives;
      const lines = inner.flatMap(each => asDaemonTakesIt(each, requirements)).map(formatDirective);
      return [{ ...directive, body: lines.join('') }];
    }
    case 'keysize':
    case 'ncp-disable':
      // 2.6 has neither any more, and there a server can do without them.
      return [{ ...directive, optional: true }];
    default:
      return [directive];
  }
}

function ourDirectives(
  profile: Profile,
  { externalKey, pkcs11 }: Requirements,
  options: DaemonOptions,
): readonly Directive[] {
  const has = (...names: string[]): boolean => profile.directives.some(({ name }) => names.includes(name));
  const all: Directive[] = [];
  const add = (name: string, ...parameters: string[]): void => void all.push(ours(name, ...parameters));
  /** For what not every daemon from 2.4 on knows. */
  const addOptional = (name: string, ...parameters: string[]): void =>
    void all.push({ ...ours(name, ...parameters), optional: true });

  add('client');
  add('dev', 'tun');
  if (has('auth-user-pass')) add('auth-user-pass');
  add('auth-retry', 'interact');
  add('persist-key');
  add('verb', '3');
  // Without these words a server does not ask what it could ask.
  add('setenv', 'IV_SSO', 'webauth,openurl,crtext');

  add('script-security', '1');
  // 2.7 has a program of its own for DNS, which script-security does not hold back.
  addOptional('dns-updown', 'disable');
  if (!options.dco) addOptional('disable-dco');
  if (options.legacyAlgorithms) addOptional('providers', 'legacy', 'default');
  // Without the word `digest`: who signs gets a digest and not the message, for that is what a token can sign.
  if (externalKey) add('management-external-key', 'nopadding', 'pkcs1', 'pss');
  if (pkcs11) {
    if (options.pkcs11Providers.length === 0) throw new ProfileError(undefined, noProvider);
    add('pkcs11-providers', ...options.pkcs11Providers);
    if (!has('pkcs11-id')) add('pkcs11-id-management');
  }
  return all;
}

/** Whether the profile wants its own address or port on this side. Without, any free port will do. */
function binds({ directives }: Profile): boolean {
  return directives.some(
    ({ name, body, line }) =>
      ['local', 'lport', 'bind'].includes(name) ||
      (name === 'connection' && binds(parseProfile(body ?? '', line + 1))),
  );
}
