import { deepEqual, doesNotThrow, equal, match, ok, throws } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { openvpnProgram } from '@ovpnkit/management/daemon';
import { checkDirectives } from '../../src/tunnel/profile/check-directives.ts';
import { directives } from '../../src/tunnel/profile/directives.ts';
import { parseProfile } from '../../src/tunnel/profile/parse-profile.ts';

const check = (text: string) => checkDirectives(parseProfile(`remote a\n${text}`));
const refuses = (text: string, message = /./) =>
  throws(() => check(text), { name: 'ProfileError', message }, text);
const passed = (text: string) =>
  check(text)
    .profile.directives.slice(1)
    .map(({ name, parameters, body }) => body ?? [name, ...parameters].join(' '));

describe('checkDirectives', () => {
  it('knows every option of the installed openvpn', () => {
    const help = helpOf(openvpnProgram());
    const options = [...help.matchAll(/^--([a-z0-9-]+)/gm)].map(([, name]) => name ?? '');
    ok(options.length > 200);
    deepEqual(
      options.filter(name => name !== 'setenv' && !directives.has(name)),
      [],
      'say in the tables of profile/ what a profile may do with these',
    );
  });

  it('says what is missing with the words that front ends know', () => {
    throws(() => checkDirectives(parseProfile('client')), {
      message: 'ERR_INVALID_CONFIG: option_error: remote option not specified',
      line: undefined,
    });
    doesNotThrow(() => checkDirectives(parseProfile('<connection>\nremote a\n</connection>')));
  });

  it('refuses what runs programs, reads files or makes something else than a client with tun', () => {
    for (const [name, rule] of directives)
      if (rule.action === 'refuse') {
        refuses(`${name} /bin/x`, new RegExp(`^line 2: '${name}' is refused: .*; remove it$`));
        refuses(`setenv opt ${name} /bin/x`);
        refuses(`<${name}>\n/bin/x\n</${name}>`);
        refuses(`--${name}`);
        refuses(`ignore-unknown-option ${name}\nsetenv FORWARD_COMPATIBLE 1\n"${name}" x`);
      }
    for (const line of ['dev tap', 'dev tap0', 'dev-type tap', 'mode server', 'secret x', 'proto tcp-server'])
      refuses(line, /^line 2: /);
  });

  it('refuses the file form of everything that can be a block', () => {
    for (const name of [
      'ca',
      'cert',
      'key',
      'pkcs12',
      'crl-verify',
      'tls-auth',
      'extra-certs',
      'auth-user-pass',
    ])
      for (const parameters of ['/etc/shadow', '"[[INLINE]]" x', '[inline]', '/a dir'])
        refuses(`${name} ${parameters}`, /would read a file, and a profile may not; put the content between/);
    refuses('http-proxy-user-pass /etc/shadow');
    refuses('askpass /etc/shadow');
    refuses('http-proxy h 80 /etc/shadow');
    refuses('http-proxy h 80 stdin');
    refuses('socks-proxy h 80 /etc/shadow');
    refuses('peer-fingerprint /etc/shadow');
    refuses('remote /etc/x');
  });

  it('refuses by name what is not known, in any disguise', () => {
    refuses('frobnicate', /^line 2: 'frobnicate' is not known here, so it is refused; remove it$/);
    for (const line of [
      'UP /bin/x',
      '----up /bin/x',
      '"up " /bin/x',
      'up\u00a0/bin/x',
      '<up> x',
      'constructor',
    ])
      refuses(line, /not known here/);
    for (const line of ['up /bin/x', "'up' /bin/x", '"--up" /bin/x', 'u\\\\p']) refuses(line);
    refuses('__proto__', /not known here/);
    refuses('<CA>\nx\n</CA>', /'CA' is no block|not known/);
  });

  it('passes over what the profile itself says may be unknown', () => {
    deepEqual(passed('setenv opt frobnicate x\nignore-unknown-option later\nlater x'), [
      'ignore-unknown-option later',
    ]);
    deepEqual(passed('setenv FORWARD_COMPATIBLE 1\nlater x'), ['setenv FORWARD_COMPATIBLE 1']);
  });

  it('lets no variable through that could reach a program', () => {
    deepEqual(
      passed('setenv LD_PRELOAD /x\nsetenv PATH /x\nsetenv-safe a b\nsetenv CLIENT_CERT 0\nsetenv IV_SSO x'),
      [],
    );
    deepEqual(passed('setenv UV_LD "a b"\nsetenv opt setenv LD_PRELOAD /x'), ['setenv UV_LD a b']);
    refuses('setenv opt');
    refuses('setenv opt setenv opt up /bin/x');
    refuses('setenv');
    refuses('setenv GENERIC_CONFIG 1', /get one of your own/);
    deepEqual(passed('setenv "UV_A=b LD_PRELOAD" /x\nsetenv "UV_A LD" x'), []);
  });

  it('checks what is within <connection>, and writes it anew', () => {
    deepEqual(passed('<connection>\n# c\n--remote "b" 1\nproto   tcp\n</connection>'), [
      'remote "b" "1"\nproto "tcp"\n',
    ]);
    const within = (text: string) => `<connection>\nremote b\n${text}\n</connection>`;
    refuses(within('up /bin/x'), /^line 4: 'up' may not stand in <connection>/);
    refuses(within('setenv opt up /bin/x'), /^line 4: 'up' may not stand in <connection>/);
    refuses(within('http-proxy h 80 /etc/shadow'), /^line 4: 'http-proxy' must be/);
    refuses(within('tls-auth /etc/shadow'), /would read a file/);
    refuses(within('<connection>\nremote c\n</connection>'), /is not closed|may not stand/);
    refuses(within('verb 3'), /may not stand/);
    refuses('<connection>\nproto udp\n</connection>', /<connection> has no 'remote'/);
    deepEqual(passed(within('<tls-auth>\nx\n</tls-auth>')), ['remote "b"\n<tls-auth>\nx\n</tls-auth>\n']);
  });

  it('takes `[inline]` for the block of the same name', () => {
    deepEqual(passed('ca [inline]\n<ca>\nx\n</ca>\ntls-auth [inline] 1\n<tls-auth>\ny\n</tls-auth>'), [
      'x\n',
      'key-direction 1',
      'y\n',
    ]);
    for (const name of ['auth-user-pass', 'http-proxy-user-pass']) {
      deepEqual(passed(`${name} [inline]\n<${name}>\nalice\nx\n</${name}>`), []);
      refuses(`${name} [inline]`);
      refuses(`${name} /etc/shadow\n<${name}>\nalice\nx\n</${name}>`);
    }
    refuses('up [inline]\n<up>\nx\n</up>', /'up' is refused/);
    refuses('remote [inline]\n<remote>\nx\n</remote>', /'remote' is no block|'remote' must be/);
  });

  it('refuses a second block of the same name, and blocks of what is a line', () => {
    refuses('<key>\nx\n</key>\n<key>\ny\n</key>', /^line 5: there is a second <key>; keep one of them$/);
    refuses('<remote>\nx\n</remote>', /'remote' is no block/);
    doesNotThrow(() => check('<connection>\nremote a\n</connection>\n<connection>\nremote b\n</connection>'));
  });

  it('names the form that a directive must have', () => {
    refuses('pull-filter drop x', /^line 2: 'pull-filter' must be 'pull-filter accept\|ignore\|reject TEXT'/);
    refuses('client x', /'client' must be 'client' because it is always set; mend its parameters$/);
    refuses('dev tap0', /'dev' must be 'dev TUN' because the device is a tun device with a free name;/);
  });

  it('lets through what profiles of common servers hold, and says what it leaves out', () => {
    const { profile, ignored } = check(
      [
        'client\ndev tun\nproto udp\nremote vpn.example 1194 udp\nremote-random\nnobind\nuser nobody\ngroup nogroup',
        'persist-key\npersist-tun\nremote-cert-tls server\nverify-x509-name "CN name" name\nverb 3\nmute 20',
        'script-security 2\nresolv-retry infinite\nauth-user-pass\nauth-nocache\nreneg-sec 0\ncomp-lzo no',
        'setenv opt block-outside-dns\nblock-outside-dns\nsetenv FRIENDLY_NAME "My VPN"\nsetenv CLIENT_CERT 0',
        'data-ciphers AES-256-GCM:CHACHA20-POLY1305\ncipher AES-256-CBC\nauth SHA512\ntls-version-min 1.2',
        'tls-cipher TLS-DHE-RSA-WITH-AES-256-GCM-SHA384:DEFAULT:!EXP:@SECLEVEL=0\nserver-poll-timeout 4',
        'static-challenge "Enter code" 1\nredirect-gateway def1 !ipv4 ipv6\nroute 10.0.0.0 255.0.0.0 vpn_gateway 1',
        'dhcp-option DNS 10.0.0.1\nexplicit-exit-notify\nkey-direction 1\nlog /var/log/x\nping 10\nsndbuf 0',
        'pull-filter ignore "redirect-gateway"\ntun-mtu 1500\nmssfix 1420\nfloat\nsetenv UV_ASCLI_VER 2',
        '# OVPN_ACCESS_SERVER_PROFILE=a@b/c\nsetenv opt PROFILE x\nsetenv PUSH_PEER_INFO\nwindows-driver wintun',
      ].join('\n'),
    );
    ok(profile.directives.length > 25);
    const left = ignored.map(({ directive: { name, parameters } }) => [name, parameters[0]].join(' ').trim());
    for (const line of [
      'user nobody',
      'verb 3',
      'script-security 2',
      'setenv FRIENDLY_NAME',
      'log /var/log/x',
    ])
      ok(left.includes(line), line);
    for (const { reason } of ignored) match(reason, /^\w/);
    equal(
      profile.directives.some(({ name }) => ['client', 'dev', 'verb', 'auth-user-pass'].includes(name)),
      false,
    );
  });
});

/** openvpn exits with 1 when it has said what it can do. */
function helpOf(program: string): string {
  try {
    return execFileSync(program, ['--help'], { encoding: 'utf8' });
  } catch (error) {
    return String((error as { stdout: string }).stdout);
  }
}
