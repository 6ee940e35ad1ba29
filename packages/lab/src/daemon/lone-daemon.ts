import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { privateDirectory } from '@ovpnkit/management/daemon';
import { createAuthority } from '../pki/certificates.ts';
import { mergeLines, option } from './configuration.ts';

/** Whose lines have one of these say themselves how a connection is made safe, and with which keys. */
const modes: ReadonlySet<string> = new Set(['tls-server', 'tls-client', 'client', 'server', 'secret']);

/**
 * Gives the configuration of a daemon that nobody connects to: no tun device, no fixed port, no privileges, unless the
 * caller's lines say otherwise.
 *
 * It waits for a TLS connection with a key that was made for this process, since OpenVPN 2.7 starts no daemon without TLS;
 * the options are those of OpenVPN 2.4 and later. Rejects when the program openssl is missing.
 */
export async function loneLines(lines: readonly string[]): Promise<string[]> {
  const own = ['dev null', 'lport 0', 'verb 3'];
  if (!lines.map(option).some(name => modes.has(name))) own.push(...(await tlsLines()));
  return mergeLines(own, lines);
}

let made: Promise<readonly string[]> | undefined;

/** One for each process: a lone daemon starts in the time that a key takes. */
const tlsLines = (): Promise<readonly string[]> => {
  made ??= makeTlsLines();
  return made;
};

async function makeTlsLines(): Promise<readonly string[]> {
  const directory = privateDirectory('ovpnkit-lab');
  try {
    // Nobody verifies it, so one certificate does for all.
    await createAuthority(directory);
    const [certificate, key] = ['ca.crt', 'ca.key'].map(name => readFileSync(join(directory, name), 'utf8'));
    const inline = { ca: certificate, cert: certificate, key };
    return [
      'tls-server',
      'dh none',
      ...Object.entries(inline).map(([name, pem]) => `<${name}>\n${pem}</${name}>`),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
