// Profiles for the accounts server, with everything inline.
import { readFile } from 'node:fs/promises';
import type { Protocol } from '../daemon/configuration.ts';
import type { Lab, LabDaemon } from '../lab.ts';
import { runProgram } from '../process/program.ts';
import { accounts } from './accounts.ts';
import { PROXY_PORT } from './http-proxy.ts';

/**
 * - `cert`: certificate only
 * - `userpass`: `auth-user-pass` as well
 * - `static`: the same with a static challenge, shown while it is typed
 * - `encrypted-key`: certificate only, its key behind a passphrase
 * - `unreachable`: a server that never answers
 * - `http-proxy`: through a proxy that asks for a user name and a password (of a server on TCP)
 */
export type ProfileKind = 'cert' | 'userpass' | 'static' | 'encrypted-key' | 'unreachable' | 'http-proxy';

/** Nobody has this address in any lab. */
const NOBODY = '198.18.0.254';

/** `lines` come last. */
export async function formatProfile(
  kind: ProfileKind,
  of: {
    readonly lab: Lab;
    readonly client: LabDaemon;
    readonly protocol: Protocol;
    readonly lines: readonly string[];
  },
): Promise<string> {
  const { ca, certificate, key } = of.client.credentials;
  const keyText = kind === 'encrypted-key' ? encrypt(key) : readFile(key, 'utf8');
  const host = kind === 'unreachable' ? NOBODY : of.lab.server.address;
  return [
    'client',
    'dev tun',
    `proto ${of.protocol === 'udp' ? 'udp' : 'tcp-client'}`,
    `remote ${host} ${of.lab.port}`,
    'nobind',
    'remote-cert-tls server',
    'verb 3',
    ...extraLines(kind, of.lab),
    ...inline('ca', await readFile(ca, 'utf8')),
    ...inline('cert', await readFile(certificate, 'utf8')),
    ...inline('key', await keyText),
    ...of.lines,
    '',
  ].join('\n');
}

function extraLines(kind: ProfileKind, lab: Lab): string[] {
  switch (kind) {
    case 'cert':
    case 'encrypted-key':
    case 'unreachable':
      return [];
    case 'userpass':
      return ['auth-user-pass'];
    case 'static':
      return ['auth-user-pass', `static-challenge "${accounts.staticChallenge}" 1`];
    case 'http-proxy':
      // Without `auto` openvpn takes a 407 as it is, and asks nobody.
      return [`http-proxy ${lab.server.address} ${PROXY_PORT} auto`];
  }
}

const inline = (name: string, text: string): string[] => [`<${name}>`, text.trim(), `</${name}>`];

async function encrypt(key: string): Promise<string> {
  const command = ['openssl', 'pkey', '-in', key, '-aes-256-cbc', '-passout', 'stdin'];
  const { code, stdout, stderr } = await runProgram(command, `${accounts.passphrase}\n`);
  if (code !== 0) throw new Error(`openssl could not encrypt ${key}: ${stderr.trim()}`);
  return stdout;
}
