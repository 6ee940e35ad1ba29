const samples: Readonly<Record<string, string>> = {
  NUMBER: '100',
  PORT: '1195',
  HOST: 'vpn.example',
  ADDRESS: '10.0.0.1',
  PROTOCOL: 'udp4',
  TEXT: '"a text"',
  NAME: 'name',
  LIST: 'AES-256-GCM:CHACHA20-POLY1305',
};

/** Each alternative of the words that must be there, and one with everything. */
export function formsOf(name: string, usage: string): readonly string[] {
  const words = usage === '' ? [] : usage.split(' ');
  const alternatives = words.map(word => word.replace(/\?$|\.\.\.$/, '').split('|'));
  const sample = (word: string): string => samples[word] ?? word;
  const full = alternatives.map(([first = '']) => sample(first)).join(' ');
  const least = words.flatMap((word, index) => (/\?$|\.\.\.$/.test(word) ? [] : [alternatives[index] ?? []]));
  const required = (least[0] ?? ['']).map(first =>
    [first, ...least.slice(1).map(([each = '']) => each)].map(sample).join(' '),
  );
  return special[name] ?? [...new Set([full, ...required])];
}

/** The form of the SHA-256 hash of a certificate. */
export const fingerprint = Array(32).fill('AB').join(':');

/** Where the parameters depend on each other. */
const special: Readonly<Record<string, readonly string[]>> = {
  'http-proxy-option': ['VERSION 1.1', 'AGENT "a b"', 'CUSTOM-HEADER a "b c"', 'CUSTOM-HEADER a'],
  ifconfig: ['10.0.0.1 10.0.0.2'],
  'ifconfig-ipv6': ['2001:db8::1/64 2001:db8::2'],
  'route-ipv6': ['2001:db8::/32', '2001:db8::/32 2001:db8::1 5', '2001:db8::/32 default default'],
  'route-ipv6-gateway': ['2001:db8::1'],
  dns: ['server 1 address 10.0.0.1 [2001:db8::1]:53', 'search-domains a.example b.example'],
  keepalive: ['10 60'],
  'verify-hash': [fingerprint.slice(0, 59), `${fingerprint} SHA256`],
  'peer-fingerprint': [fingerprint],
  'x509-username-field': ['CN', 'ext:subjectAltName'],
  'pkcs11-private-mode': ['0', '0 1'],
  'tls-version-min': ['1.2', '1.2 or-highest'],
  'tls-version-max': ['1.3'],
  'compat-mode': ['2.4.0'],
  'ignore-unknown-option': ['later', 'later even-later'],
};
