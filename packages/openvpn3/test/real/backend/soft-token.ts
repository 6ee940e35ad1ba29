// A PKCS#11 token in software, for one test.
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow, runProgram } from '@ovpnkit/lab';
import type { User } from '@ovpnkit/lab/testing';
import { openvpnProgram } from '@ovpnkit/management/daemon';

const folders = ['x86_64-linux-gnu/softhsm', 'aarch64-linux-gnu/softhsm', 'softhsm', '../lib64/pkcs11'];
const provider = folders.map(name => `/usr/lib/${name}/libsofthsm2.so`).find(path => existsSync(path));
const pkcs11Tool = '/usr/bin/pkcs11-tool';
/** Why there can be none here. */
export const noSoftToken =
  provider === undefined
    ? 'libsofthsm2.so is missing; install SoftHSM (on Debian: softhsm2)'
    : existsSync(pkcs11Tool)
      ? false
      : 'pkcs11-tool is missing; install OpenSC (on Debian: opensc)';

export type SoftToken = {
  /** The PKCS#11 module. */
  readonly provider: string;
  /** An openvpn program that finds the token, where others of this machine do not. */
  readonly openvpn: string;
  readonly label: string;
  readonly serial: string;
  readonly pin: string;
  /** Until `insert` no program finds it. */
  remove(): Promise<void>;
  insert(): Promise<void>;
};

/** Makes a token of a user's in an empty folder, with a key and its certificate (both PEM files). */
export async function createSoftToken(
  folder: string,
  user: User,
  identity: { readonly key: string; readonly certificate: string },
): Promise<SoftToken> {
  if (provider === undefined) throw new Error(String(noSoftToken));
  const [label, pin, tokens] = ['work', '13572468', join(folder, 'tokens')];
  const [configuration, der, openvpn] = ['softhsm.conf', 'certificate.der', 'openvpn'].map(name =>
    join(folder, name),
  );
  if (!configuration || !der || !openvpn) throw new Error('three names');
  await mkdir(tokens, { recursive: true });
  await writeFile(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`);
  // The daemon gets no environment, so it cannot be told otherwise.
  await writeFile(openvpn, `#!/bin/sh\nSOFTHSM2_CONF='${configuration}' exec '${openvpnProgram()}' "$@"\n`, {
    mode: 0o755,
  });
  const environment = ['env', `SOFTHSM2_CONF=${configuration}`];
  const run = (...command: string[]) => runOrThrow([...environment, ...command]);
  const token = ['--token', label, '--pin', pin];
  await run(
    'softhsm2-util',
    '--init-token',
    '--free',
    '--label',
    label,
    '--pin',
    pin,
    '--so-pin',
    '12345678',
  );
  await run('softhsm2-util', '--import', identity.key, ...token, '--label', 'me', '--id', '01');
  await runOrThrow(['openssl', 'x509', '-in', identity.certificate, '-outform', 'DER', '-out', der]);
  const certificate = ['--write-object', der, '--type', 'cert', '--label', 'me', '--id', '01'];
  await run(
    pkcs11Tool,
    '--module',
    provider,
    '--token-label',
    label,
    '--login',
    '--pin',
    pin,
    ...certificate,
  );
  await chmod(folder, 0o755);
  const files = (await readdir(tokens, { recursive: true })).map(name => join(tokens, name));
  for (const path of [tokens, ...files]) await chown(path, user.uid, user.gid);

  const [name = ''] = await readdir(tokens);
  const { stdout } = await runProgram([...environment, 'softhsm2-util', '--show-slots']);
  const serial = /Serial number: +(\w+)/.exec(stdout)?.[1] ?? '';
  return {
    provider,
    openvpn,
    label,
    serial,
    pin,
    remove: () => rename(join(tokens, name), join(folder, 'removed')),
    insert: () => rename(join(folder, 'removed'), join(tokens, name)),
  };
}
