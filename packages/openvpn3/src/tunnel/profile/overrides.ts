import { Secret } from '@ovpnkit/management';
import { lastDirective } from './last-directive.ts';
import { mapRemotes } from './map-remotes.ts';
import { booleanOverrides, textOverrides } from './override-values.ts';
import type { Directive, Profile } from './parse-profile.ts';
import { ProfileError } from './profile-error.ts';
import type { ProfileCredentials } from './requirements.ts';

/** The overrides that concern not the daemon but us. */
export type Settings = {
  /** 0 to 6. Undefined: the profile's `verb`. */
  readonly logLevel: number | undefined;
  readonly dnsSetupDisabled: boolean;
  readonly dnsScope: 'global' | 'tunnel' | undefined;
  /** Use Google's name servers when the server names none. */
  readonly dnsFallbackGoogle: boolean;
  /** For `formatConfiguration`. */
  readonly legacyAlgorithms: boolean;
  /** For the HTTP proxy, when it asks. */
  readonly httpProxyCredentials: ProfileCredentials | undefined;
  /** One sentence for each override that is not applied: for the log. */
  readonly notApplied: readonly string[];
};

type Overrides = ReadonlyMap<string, string | boolean>;

/**
 * Applies the overrides of a configuration object: what OpenVPN 2 can express becomes directives, the rest settings.
 *
 * @throws ProfileError when a value is none that the override can have, or a proxy cannot be used with the profile
 */
export function applyOverrides(
  profile: Profile,
  overrides: Overrides,
): { readonly profile: Profile; readonly settings: Settings } {
  for (const [key, value] of overrides) checkValue(key, value);
  const text = (key: string): string | undefined => overrides.get(key)?.toString();
  const isOn = (key: string): boolean => overrides.get(key) === true;
  const logLevel = text('log-level');
  const username = text('proxy-username');
  const password = text('proxy-password');
  return {
    profile: withProxy(withDirectives(withRemotes(profile, text), overrides, text), text, isOn),
    settings: {
      logLevel: logLevel === undefined ? undefined : Number(logLevel),
      dnsSetupDisabled: isOn('dns-setup-disabled'),
      dnsScope: text('dns-scope') as Settings['dnsScope'],
      dnsFallbackGoogle: isOn('dns-fallback-google'),
      legacyAlgorithms: isOn('enable-legacy-algorithms'),
      httpProxyCredentials: username
        ? { username, password: password === undefined ? undefined : new Secret(password) }
        : undefined,
      notApplied: [...overrides.keys()].flatMap(key => whyNotApplied(key, overrides) ?? []),
    },
  };
}

function checkValue(key: string, value: string | boolean): void {
  const form = textOverrides.get(key);
  const fits = form
    ? typeof value === 'string' && form.test(value)
    : !booleanOverrides.includes(key) || typeof value === 'boolean';
  // The value is not said: it may be a password.
  if (!fits)
    throw new ProfileError(
      undefined,
      `the override '${key}' cannot have this value; set another or unset it`,
    );
}

function whyNotApplied(key: string, overrides: Overrides): string | undefined {
  switch (key) {
    case 'enterprise-profile':
      return `the override '${key}' is not applied: OpenVPN 2 has no such profiles`;
    case 'auth-fail-retry':
      // Tried over and over, a wrong password locks an account. Connect tries again with what the user then answers.
      return overrides.get(key) === true
        ? `the override '${key}' is not applied: credentials that are refused are asked for again`
        : undefined;
    case 'proxy-port':
    case 'proxy-username':
    case 'proxy-password':
    case 'proxy-auth-cleartext':
      return overrides.has('proxy-host')
        ? undefined
        : `the override '${key}' is not applied: there is no 'proxy-host'`;
    default:
      // dns-sync-lookup among them: openvpn looks names up so anyway. The session manager applies automatic-restart.
      return textOverrides.has(key) || booleanOverrides.includes(key)
        ? undefined
        : `the override '${key}' is not applied: it is not known`;
  }
}

function withRemotes(profile: Profile, text: (key: string) => string | undefined): Profile {
  const host = text('server-override');
  const port = text('port-override');
  const protocol = text('proto-override');
  if (!host && !port && !protocol) return profile;
  return mapRemotes(profile, remote => ({
    host: host ?? remote.host,
    port: port ?? remote.port,
    protocol: protocol ?? remote.protocol,
  }));
}

function withDirectives(
  profile: Profile,
  overrides: Overrides,
  text: (key: string) => string | undefined,
): Profile {
  let directives = profile.directives;
  const remove = (...names: string[]): void => {
    directives = directives.filter(({ name }) => !names.includes(name));
  };
  const set = (name: string, ...parameters: string[]): void => {
    remove(name);
    directives = [...directives, ours(name, ...parameters)];
  };
  if (text('ipv6') === 'no') {
    remove('ifconfig-ipv6', 'route-ipv6');
    // The first filter that fits decides.
    const filters = ['ifconfig-ipv6', 'route-ipv6'].map(option => ours('pull-filter', 'ignore', option));
    directives = [...filters, ...directives];
  }
  if (overrides.get('persist-tun') === true) set('persist-tun');
  if (overrides.get('persist-tun') === false) remove('persist-tun');
  const tlsVersion = text('tls-version-min');
  if (tlsVersion) set('tls-version-min', tlsVersion.replace('tls_', '').replace('_', '.'));
  const certProfile = text('tls-cert-profile');
  if (certProfile) set('tls-cert-profile', certProfile);
  const compression = text('allow-compression');
  if (compression) {
    if (compression === 'no') directives = directives.map(uncompressed);
    set('allow-compression', compression);
  }
  if (overrides.get('enable-legacy-algorithms') === true) {
    const ciphers = lastDirective(directives, 'data-ciphers', 'ncp-ciphers')?.parameters[0] ?? modernCiphers;
    const cipher = lastDirective(directives, 'cipher')?.parameters ?? [];
    remove('ncp-ciphers');
    set('data-ciphers', [...new Set([...ciphers.split(':'), ...legacyCiphers, ...cipher])].join(':'));
  }
  return { directives };
}

/** The same framing with nothing compressed in it; openvpn does not start when there is more and it is not allowed. */
function uncompressed(directive: Directive): Directive {
  const [algorithm] = directive.parameters;
  switch (directive.name) {
    case 'comp-lzo':
      return { ...directive, parameters: ['no'] };
    case 'compress':
      if (algorithm === 'migrate') return directive;
      return { ...directive, parameters: [algorithm?.endsWith('-v2') ? 'stub-v2' : 'stub'] };
    default:
      return directive;
  }
}

const modernCiphers = 'AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305';
const legacyCiphers = ['AES-256-CBC', 'AES-192-CBC', 'AES-128-CBC'];

const ours = (name: string, ...parameters: string[]): Directive => ({ name, parameters, line: 0 });

function withProxy(
  profile: Profile,
  text: (key: string) => string | undefined,
  isOn: (key: string) => boolean,
): Profile {
  const host = text('proxy-host');
  if (host === undefined) return profile;
  const port = text('proxy-port');
  if (port === undefined)
    throw new ProfileError(undefined, "the override 'proxy-host' needs 'proxy-port'; set it too");
  const { directives } = mapRemotes(profile, remote =>
    remote.protocol.startsWith('tcp') ? remote : undefined,
  );
  if (!directives.some(({ name }) => name === 'remote' || name === 'connection'))
    throw new ProfileError(
      undefined,
      "an HTTP proxy needs a TCP remote, and the profile has none; set the override 'proto-override' to tcp",
    );
  const rest = directives.filter(
    ({ name }) => !name.startsWith('http-proxy') && !name.startsWith('socks-proxy'),
  );
  const proxy = ours('http-proxy', host, port, isOn('proxy-auth-cleartext') ? 'auto' : 'auto-nct');
  // In front: a <connection> takes what stands above it for its own.
  return { directives: [proxy, ...rest] };
}
