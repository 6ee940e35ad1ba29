import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow } from '../process/program.ts';

/** Paths of PEM files. The key is not encrypted and readable for its owner only. */
export type Credentials = { readonly ca: string; readonly certificate: string; readonly key: string };

export type Authority = {
  /** Makes a key and a certificate for it. The files are called `fileName`, for a common name may be anything. */
  issue(usage: 'server' | 'client', fileName: string, commonName: string): Promise<Credentials>;
};

/** Makes a certificate authority of P-256 keys in this directory. Needs OpenSSL 3. */
export async function createAuthority(directory: string): Promise<Authority> {
  const config = join(directory, 'openssl.cnf');
  const [ca, caKey] = [join(directory, 'ca.crt'), join(directory, 'ca.key')];
  // The configuration of the distribution would add extensions of its own, such as CA:TRUE on every certificate.
  await writeFile(config, '[req]\ndistinguished_name = dn\nstring_mask = utf8only\n[dn]\n');

  const request = (key: string, certificate: string, commonName: string, extensions: readonly string[]) => [
    ...['openssl', 'req', '-config', config, '-x509', '-new', '-utf8', '-days', '30', '-noenc'],
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', key, '-out', certificate],
    ...['-subj', `/CN=${escapeSubject(commonName)}`],
    ...extensions.flatMap(extension => ['-addext', extension]),
  ];

  await runOrThrow(
    request(caKey, ca, 'ovpnkit lab', [
      'basicConstraints=critical,CA:TRUE',
      'keyUsage=critical,keyCertSign,cRLSign',
    ]),
  );
  return {
    async issue(usage, fileName, commonName) {
      const [certificate, key] = [join(directory, `${fileName}.crt`), join(directory, `${fileName}.key`)];
      await runOrThrow([
        ...request(key, certificate, commonName, [
          'basicConstraints=critical,CA:FALSE',
          'keyUsage=critical,digitalSignature',
          `extendedKeyUsage=${usage}Auth`,
        ]),
        ...['-CA', ca, '-CAkey', caKey],
      ]);
      return { ca, certificate, key };
    },
  };
}

/** In `-subj`, `/` begins the next attribute and `+` a second value. */
const escapeSubject = (value: string): string => value.replace(/[\\/+]/g, '\\$&');
