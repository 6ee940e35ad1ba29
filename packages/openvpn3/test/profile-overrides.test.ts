import { deepEqual, doesNotMatch, equal, match, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { formatDirective } from '../src/tunnel/profile/format-directive.ts';
import { booleanOverrides, textOverrides } from '../src/tunnel/profile/override-values.ts';
import { applyOverrides } from '../src/tunnel/profile/overrides.ts';
import { parseProfile } from '../src/tunnel/profile/parse-profile.ts';

const apply = (text: string, overrides: Record<string, string | boolean>) => {
  const { profile, settings } = applyOverrides(parseProfile(text), new Map(Object.entries(overrides)));
  return { text: profile.directives.map(formatDirective).join('').replaceAll('"', ''), settings };
};
const applied = (text: string, overrides: Record<string, string | boolean>) => apply(text, overrides).text;

describe('applyOverrides', () => {
  it('changes nothing without overrides', () => {
    const profile = parseProfile('remote a\n<connection>\nremote b\n</connection>');
    deepEqual(applyOverrides(profile, new Map()), {
      profile,
      settings: {
        logLevel: undefined,
        dnsSetupDisabled: false,
        dnsScope: undefined,
        dnsFallbackGoogle: false,
        legacyAlgorithms: false,
        httpProxyCredentials: undefined,
        notApplied: [],
      },
    });
  });

  it('changes where every remote goes, within <connection> too', () => {
    const text = 'proto tcp\nremote a\nremote b 2 udp\n<connection>\nremote c\nport 3\n</connection>';
    equal(
      applied(text, { 'server-override': 'z' }),
      'proto tcp\nremote z 1194 tcp\nremote z 2 udp\n<connection>\nremote z 3 tcp\nport 3\n</connection>\n',
    );
    equal(
      applied('remote a\nremote b 2 tcp', { 'port-override': '443' }),
      'remote a 443 udp\nremote b 443 tcp\n',
    );
    equal(applied('remote a', { 'proto-override': 'tcp' }), 'remote a 1194 tcp\n');
  });

  it('makes directives of what OpenVPN 2 can express', () => {
    equal(applied('persist-tun', { 'persist-tun': false }), '');
    equal(applied('persist-tun', { 'persist-tun': true }), 'persist-tun\n');
    equal(applied('tls-version-min 1.0', { 'tls-version-min': 'tls_1_3' }), 'tls-version-min 1.3\n');
    equal(applied('', { 'tls-cert-profile': 'suiteb' }), 'tls-cert-profile suiteb\n');
    equal(applied('comp-lzo', { 'allow-compression': 'asym' }), 'comp-lzo\nallow-compression asym\n');
    equal(
      applied('comp-lzo\ncompress lz4-v2', { 'allow-compression': 'no' }),
      'comp-lzo no\ncompress stub-v2\nallow-compression no\n',
    );
    equal(
      applied('pull-filter accept x\nroute-ipv6 ::/0', { ipv6: 'no' }),
      'pull-filter ignore ifconfig-ipv6\npull-filter ignore route-ipv6\npull-filter accept x\n',
    );
    equal(applied('route-ipv6 ::/0', { ipv6: 'yes' }), 'route-ipv6 ::/0\n');
    const legacy = apply('cipher BF-CBC', { 'enable-legacy-algorithms': true });
    match(legacy.text, /^data-ciphers AES-256-GCM:.*:AES-128-CBC:BF-CBC$/m);
    equal(legacy.settings.legacyAlgorithms, true);
  });

  it('makes a proxy of the proxy overrides, for the remotes that can have one', () => {
    const proxy = {
      'proxy-host': 'p',
      'proxy-port': '3128',
      'proxy-username': 'bob',
      'proxy-password': 'hidden',
    };
    const { text, settings } = apply('http-proxy old 1\nremote a 1 udp\nremote b 2 tcp', proxy);
    equal(text, 'http-proxy p 3128 auto-nct\nremote b 2 tcp\n');
    equal(settings.httpProxyCredentials?.username, 'bob');
    equal(settings.httpProxyCredentials?.password?.reveal(), 'hidden');
    doesNotMatch(text + inspect(settings, { depth: 9 }), /hidden/);
    match(applied('remote a 1 tcp', { ...proxy, 'proxy-auth-cleartext': true }), /^http-proxy p 3128 auto\n/);
    match(applied('remote a', { ...proxy, 'proto-override': 'tcp' }), /remote a 1194 tcp/);
    throws(() => apply('remote a', proxy), /an HTTP proxy needs a TCP remote.*'proto-override' to tcp/);
    throws(() => apply('remote a', { 'proxy-host': 'p' }), /needs 'proxy-port'/);
  });

  it('keeps for us what is ours', () => {
    const { settings } = apply('remote a', {
      'log-level': '5',
      'dns-setup-disabled': true,
      'dns-scope': 'tunnel',
      'dns-fallback-google': true,
      'dns-sync-lookup': true,
    });
    deepEqual(
      [settings.logLevel, settings.dnsSetupDisabled, settings.dnsScope, settings.dnsFallbackGoogle],
      [5, true, 'tunnel', true],
    );
    deepEqual(settings.notApplied, []);
  });

  it('says what it does not apply', () => {
    const { settings } = apply('remote a', {
      'enterprise-profile': 'x',
      'automatic-restart': 'on-failure',
      'auth-fail-retry': true,
      'proxy-password': 'hidden',
      later: 'x',
    });
    deepEqual(settings.notApplied, [
      "the override 'enterprise-profile' is not applied: OpenVPN 2 has no such profiles",
      "the override 'auth-fail-retry' is not applied: credentials that are refused are asked for again",
      "the override 'proxy-password' is not applied: there is no 'proxy-host'",
      "the override 'later' is not applied: it is not known",
    ]);
    deepEqual(apply('remote a', { 'auth-fail-retry': false }).settings.notApplied, []);
  });

  it('refuses a value that makes no sense, without saying it', () => {
    for (const [key, value] of [
      ['proto-override', 'sctp'],
      ['port-override', '0'],
      ['port-override', '65536'],
      ['port-override', true],
      ['proxy-port', '70000'],
      ['server-override', true],
      ['server-override', 'a b'],
      ['server-override', 'a\nup'],
      ['ipv6', 'maybe'],
      ['log-level', '7'],
      ['tls-version-min', 'tls_1_4'],
      ['proxy-password', 'a\nb'],
      ['persist-tun', 'yes'],
    ] as const)
      throws(
        () => apply('remote a', { [key]: value }),
        new RegExp(`^ProfileError: the override '${key}' cannot have this value; set another or unset it$`),
      );
  });

  it('takes every port there is', () => {
    for (let port = 0; port <= 70_000; port++)
      equal(
        textOverrides.get('port-override')?.test(String(port)),
        port >= 1 && port <= 65_535,
        String(port),
      );
  });

  it('knows all 22 overrides of OpenVPN 3 Linux', () => {
    equal(textOverrides.size + booleanOverrides.length, 22);
  });
});
