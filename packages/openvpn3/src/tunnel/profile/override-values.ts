/** 1 to 65535. */
const port = /^([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/;

/** The overrides whose value is text, and what it may be. */
export const textOverrides: ReadonlyMap<string, RegExp> = new Map([
  ['server-override', /^[^\s/]+$/],
  ['port-override', port],
  ['proto-override', /^(udp|tcp)$/],
  ['ipv6', /^(yes|no|default)$/],
  ['log-level', /^[0-6]$/],
  ['dns-scope', /^(global|tunnel)$/],
  ['allow-compression', /^(no|asym|yes)$/],
  ['tls-version-min', /^tls_1_[0-3]$/],
  ['tls-cert-profile', /^(legacy|preferred|suiteb)$/],
  ['proxy-host', /^[^\s/]+$/],
  ['proxy-port', port],
  ['proxy-username', /^[^\x00-\x1f\x7f]*$/],
  ['proxy-password', /^[^\x00-\x1f\x7f]*$/],
  ['enterprise-profile', /^/],
  ['automatic-restart', /^(no|on-failure)$/],
]);

/** The overrides whose value is a boolean. */
export const booleanOverrides: readonly string[] = [
  'persist-tun',
  'dns-fallback-google',
  'dns-setup-disabled',
  'dns-sync-lookup',
  'auth-fail-retry',
  'enable-legacy-algorithms',
  'proxy-auth-cleartext',
];
