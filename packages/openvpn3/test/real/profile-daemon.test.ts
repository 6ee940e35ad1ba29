import { deepEqual, doesNotMatch, equal, match, ok, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ManagementClient } from '@ovpnkit/management';
import { allowedDirectives, inlineDirectives } from '../../src/tunnel/profile/allowed-directives.ts';
import { checkDirectives } from '../../src/tunnel/profile/check-directives.ts';
import { connectionDirectives } from '../../src/tunnel/profile/connection-directives.ts';
import { type DaemonOptions, formatConfiguration } from '../../src/tunnel/profile/daemon-configuration.ts';
import { formatDirective } from '../../src/tunnel/profile/format-directive.ts';
import { applyOverrides } from '../../src/tunnel/profile/overrides.ts';
import { parseProfile } from '../../src/tunnel/profile/parse-profile.ts';
import { refusesDco } from '../../src/tunnel/profile/refuses-dco.ts';
import { fingerprint, formsOf } from '../profile-forms.ts';
import { heldDaemon, sayingOf } from './profile-daemon.ts';

const identity = '<ca>\nx\n</ca>\n<cert>\nx\n</cert>\n<key>\nx\n</key>\n';
const format = (text: string, options: Partial<DaemonOptions> = {}) =>
  formatConfiguration(parseProfile(text), {
    managementSocket: '/nonexistent/management',
    dco: false,
    pkcs11Providers: [],
    ...options,
  });

describe('formatConfiguration', { concurrency: 2 }, () => {
  it('makes a daemon that dials in and is held, with all that we rely on', async t => {
    const text = `remote 192.0.2.1\n${identity}`;
    const client = await heldDaemon(t, managementSocket => format(text, { managementSocket }));
    equal(await client.hold(), true);
    equal(await client.authRetry(), 'interact');
    equal(await client.verb(), 3);
  });

  it('gives the daemon exactly the words of the profile', async t => {
    const words = ['a "b" \\', "'", '', '# no comment', ';', '\\\\', 'tab\there', '😀', '</ca>'];
    const host = String.raw`a\"b'ä`;
    const remote = formatDirective({ name: 'remote', parameters: [host, '1195', 'tcp4-client'], line: 1 });
    const echo = words.map(word => formatDirective({ name: 'echo', parameters: [word, 'end'], line: 1 }));
    const client = await heldDaemon(t, managementSocket =>
      [format(`${remote}${identity}`, { managementSocket }), ...echo, 'management-query-remote\n'].join(''),
    );
    deepEqual(
      (await client.echo('all')).map(message => message.text),
      words.map(word => `${word} end`),
    );
    deepEqual(await firstRemoteOf(client), [host, '1195', 'tcp4-client']);
  });

  it('has the daemon ask with the text of the static challenge', async t => {
    const challenge = `"Code\\" 'ä' # ; <x>  ${'é'.repeat(20)}`;
    const quoted = formatDirective({
      name: 'static-challenge',
      parameters: [challenge, '1', 'scrv1'],
      line: 1,
    });
    const text = `remote 192.0.2.1\nauth-user-pass\n${quoted}${identity}`;
    const client = await heldDaemon(t, managementSocket => format(text, { managementSocket }));
    const asked = client.once('PASSWORD');
    await client.hold('release');
    const question = await asked;
    ok(question.kind === 'need');
    deepEqual(question.staticChallenge, { echo: true, concat: false, text: challenge });
    doesNotMatch(format('remote a\nstatic-challenge x 1 concat'), /static-challenge/);
  });

  it('lets the daemon read blocks of 200 kB, and what stands behind them', async t => {
    const ca = `${'MIIB'.repeat(16)}\n`.repeat(2000).concat('x'.repeat(70_000));
    const text = `<ca>\n${ca}\n</ca>\n<cert>\nx\n</cert>\n<key>\nx\n</key>\nremote 192.0.2.1 1199\n`;
    ok(text.length > 200_000);
    const client = await heldDaemon(
      t,
      managementSocket => `${format(text, { managementSocket })}management-query-remote\n`,
    );
    deepEqual(await firstRemoteOf(client), ['192.0.2.1', '1199', 'udp']);
  });

  it('never sees a long line of a block, in which the daemon would find a closing tag and directives', async t => {
    const text = `remote a\n<ca>\n${'x'.repeat(255)}</ca>\nfrobnicate\n</ca>\n`;
    match(await sayingOf(t, `client\ndev tun\n${text}`), /Unrecognized option.*frobnicate/);
    throws(() => format(text), /^ProfileError: line 3: '<\/ca>' stands amid the line/);
  });

  it('holds no name and no password, and asks for them', () => {
    const text = `remote a\n<auth-user-pass>\nalice\nsecret\n</auth-user-pass>\n`;
    const formatted = format(
      `${text}http-proxy h 80\n<connection>\nremote b\nhttp-proxy h 80\n</connection>\n<http-proxy-user-pass>\nbob\nhidden\n</http-proxy-user-pass>\n`,
    );
    doesNotMatch(formatted, /alice|secret|bob|hidden/);
    match(formatted, /^auth-user-pass$/m);
    equal(formatted.match(/^http-proxy "h" "80" "auto"$/gm)?.length, 2);
  });

  it('lets no server choose how much the daemon says, keys included', () => {
    const text = format('remote a\npull-filter accept "verb"');
    match(
      text,
      /^(management[^\n]*\n)+pull-filter "ignore" "verb"\npull-filter "ignore" "mute"\n.*pull-filter "accept" "verb"\n/s,
    );
  });

  it('has the last word about scripts, and checks the profile itself', () => {
    match(format('remote a\nscript-security 3\nverb 11'), /script-security "1"\n/);
    doesNotMatch(format('remote a\nscript-security 3\nverb 11'), /script-security "3"|verb "11"/);
    throws(() => format('remote a\nup /bin/x'), /'up' is refused/);
    throws(() => format(`remote a\ndata-ciphers ${'AES-256-GCM:'.repeat(21)}`), /longer than openvpn takes/);
  });

  it('makes no daemon that goes on without us, wherever the text is cut', async t => {
    const lines = format(`remote 192.0.2.1\nauth-user-pass\nverb 3\n${identity}`).split(/(?<=\n)/);
    for (let end = 1; end <= lines.length; end++) {
      const cut = lines.slice(0, end).join('');
      const said = await sayingOf(t, cut);
      ok(/Options error|Endtag .* missing/.test(said) || dialsIn.test(said), `${cut}: ${said}`);
    }
  });

  it('asks for what the key needs', async t => {
    match(await sayingOf(t, format('remote a\n<ca>\nx\n</ca>\n<cert>\nx\n</cert>')), dialsIn);
    match(format('remote a\n<cert>\nx\n</cert>'), /management-external-key "nopadding" "pkcs1" "pss"\n/);
    const pkcs11Providers = ['/usr/lib/a b.so'];
    match(
      format('remote a\npkcs11-pin-cache 5', { pkcs11Providers }),
      /"\/usr\/lib\/a b.so"\npkcs11-id-management\n/,
    );
    doesNotMatch(format('remote a\npkcs11-id x', { pkcs11Providers }), /pkcs11-id-management/);
    doesNotMatch(format('remote a', { pkcs11Providers }), /pkcs11/);
    throws(() => format('remote a\npkcs11-id x'), /no PKCS#11 module is set up here; ask the administrator/);
  });

  it('binds no port unless the profile wants one, and offloads only when it may', () => {
    match(format('remote a'), /^nobind\n[\s\S]*setenv opt disable-dco\n/m);
    doesNotMatch(format('remote a\nlport 1195', { dco: true }), /nobind|disable-dco/);
    doesNotMatch(format('<connection>\nremote a\nlocal 192.0.2.1\n</connection>'), /nobind/);
    match(format('remote a', { legacyAlgorithms: true }), /^setenv opt providers "legacy" "default"$/m);
  });

  it('writes every allowed form so that the installed openvpn takes it', async t => {
    const refused: string[] = [];
    for (const [name, usage] of Object.entries(allowedDirectives)) {
      for (const form of formsOf(name, usage)) {
        const line = `${name} ${form}`.trim();
        const text = `${name === 'remote' ? '' : 'remote 192.0.2.1\n'}${line}\n${context[name] ?? ''}${identity}`;
        checkDirectives(parseProfile(text));
        const pkcs11Providers = name.startsWith('pkcs11-') ? ['/nonexistent.so'] : [];
        const own = text.replace(/<(cert|key)>[\s\S]*?<\/\1>\n/g, found =>
          pkcs11Providers.length ? '' : found,
        );
        const said = await sayingOf(t, format(own, { pkcs11Providers, dco: true }));
        if (!dialsIn.test(said)) refused.push(`${line}: ${/Options error.*/.exec(said) ?? said}`);
      }
    }
    deepEqual(refused, []);
  });

  it('and every block, within <connection> too', async t => {
    const refused: string[] = [];
    const blocks = inlineDirectives.filter(name => name !== 'connection');
    const inConnection = (lines: string): string =>
      `<connection>\nremote a 1 ${lines.includes('http-proxy') ? 'tcp' : 'udp'}\n${lines}</connection>\n`;
    const texts = blocks.map(name => {
      const body = name === 'peer-fingerprint' || name === 'verify-hash' ? fingerprint : 'x';
      return `<${name}>\n${body}\n</${name}>\n`;
    });
    for (const name of connectionDirectives.filter(each => each !== 'remote')) {
      const usage = allowedDirectives[name];
      if (usage === undefined) texts.push(inConnection(`<${name}>\nx\n</${name}>\n`));
      else {
        const proxy = name === 'http-proxy-option' ? 'http-proxy h 80\n' : '';
        for (const form of formsOf(name, usage)) texts.push(inConnection(`${proxy}${name} ${form}\n`));
      }
    }
    for (const text of texts) {
      const own = identity.split(/(?=<c|<k)/).filter(block => !text.startsWith(block.slice(0, 5)));
      const rest = text.startsWith('<pkcs12>') ? [] : own;
      const said = await sayingOf(t, format(`remote a\n${rest.join('')}${text}`, { dco: true }));
      if (!dialsIn.test(said)) refused.push(`${text}: ${/Options error.*/.exec(said) ?? said}`);
    }
    deepEqual(refused, []);
  });

  it('and what overrides make of a profile', async t => {
    const cases: [string, Record<string, string | boolean>][] = [
      ['remote a 1 udp\ncomp-lzo\ncompress lz4\n', { 'allow-compression': 'no', ipv6: 'no' }],
      ['remote a 1 udp\nremote b 2 tcp\nexplicit-exit-notify\n', { 'proxy-host': 'p', 'proxy-port': '3128' }],
      ['<connection>\nremote a\n</connection>\n', { 'proto-override': 'tcp', 'tls-version-min': 'tls_1_2' }],
      ['remote a\ncipher BF-CBC\n', { 'enable-legacy-algorithms': true, 'tls-cert-profile': 'suiteb' }],
    ];
    for (const [text, overrides] of cases) {
      const given = parseProfile(text + identity);
      const { profile, settings } = applyOverrides(given, new Map(Object.entries(overrides)));
      const { legacyAlgorithms } = settings;
      const options = { managementSocket: '/nonexistent/management', dco: true, pkcs11Providers: [] };
      const said = await sayingOf(t, formatConfiguration(profile, { ...options, legacyAlgorithms }));
      match(said, dialsIn, text);
    }
  });

  it('and refusesDco says what the daemon says', async t => {
    const cases = [
      ['', 'comp-lzo', 'comp-lzo no', 'compress', 'compress lz4', 'compress stub-v2', 'compress migrate'],
      [
        'allow-compression asym',
        'allow-compression yes',
        'allow-compression no',
        'fragment 1300',
        'shaper 10000',
      ],
      ['cipher AES-256-CBC', 'data-ciphers-fallback AES-256-CBC', 'data-ciphers-fallback AES-256-GCM'],
      [
        'data-ciphers AES-256-GCM:AES-256-CBC',
        'data-ciphers aes-256-gcm:?CHACHA20-POLY1305',
        'socks-proxy h',
      ],
      [
        'ncp-ciphers AES-256-CBC',
        'compat-mode 2.3.0\ncipher AES-256-CBC',
        'compat-mode 2.4.0',
        'mssfix 1200',
      ],
      ['http-proxy h 80\nproto tcp', '<connection>\nremote a 1 tcp\nhttp-proxy h 80\n</connection>'],
    ].flat();
    for (const lines of cases) {
      const text = `remote 192.0.2.1\n${lines}\n${identity}`;
      const said = await sayingOf(t, format(text, { dco: true }));
      const refused = /disab\w+ data channel offload/.test(said.replace(/^.*Kernel support.*$/m, ''));
      equal(refusesDco(parseProfile(text)), refused, `${lines}: ${said}`);
    }
  });
});

/** Only when all of its options are in order does it want to dial in. */
const dialsIn = /connect to unix socket \S+ failed/;

/** Where a daemon would go, which it asks with `management-query-remote`. */
async function firstRemoteOf(client: ManagementClient): Promise<readonly string[]> {
  const asked = client.once('REMOTE');
  await client.hold('release');
  const { host, port, protocol } = await asked;
  return [host, String(port), protocol];
}

/** What a directive needs beside it. */
const context: Readonly<Record<string, string>> = {
  'http-proxy': 'proto tcp\n',
  'http-proxy-option': 'http-proxy h 80\nproto tcp\n',
};
