// Machines as newcomers have them, and the sources as they get them.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { cacheFolder, debianRoot, type Machine, openMachine, temporaryFolder } from '@ovpnkit/lab/testing';

export const repository = join(import.meta.dirname, '../..');

/** What git has or would take, in a folder of its own: what a clone of it will be. */
export function copySources(t: TestContext): string {
  const folder = join(temporaryFolder(t), 'ovpnkit');
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
    encoding: 'utf8',
  });
  for (const name of listed.split('\0').filter(each => each !== '' && existsSync(join(repository, each)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(repository, name), join(folder, name));
  }
  return folder;
}

/** Packages of the registry in a folder of the cache, which is made at the first call. */
export function installed(name: string, packages: readonly string[]): string {
  const folder = join(cacheFolder(), name);
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json')))
    execFileSync('npm', ['install', '--no-save', '--silent', '--prefix', folder, ...packages], { cwd: '/' });
  return join(folder, 'node_modules', '.bin');
}

/** How npm is configured here; what `npm run` has put into the environment is not what the user chose. */
export function npmConfiguration(): Readonly<Record<string, string>> {
  const asked = ['registry', 'proxy', 'https-proxy'].map(name => {
    const value = execFileSync('npm', ['config', 'get', name], { cwd: '/', encoding: 'utf8' }).trim();
    return [`npm_config_${name.replace('-', '_')}`, value] as const;
  });
  const { NODE_EXTRA_CA_CERTS } = process.env;
  return {
    ...Object.fromEntries(asked.filter(([, value]) => value !== '' && value !== 'null')),
    ...(NODE_EXTRA_CA_CERTS !== undefined && { NODE_EXTRA_CA_CERTS }),
    npm_config_update_notifier: 'false',
  };
}

/** A Debian 12 with its own Node.js and npm; `first` is a folder of this machine that comes first on the PATH. */
export async function openNewcomer(
  t: TestContext,
  { mounts, first }: { readonly mounts: Readonly<Record<string, string>>; readonly first?: string },
): Promise<Machine> {
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const machine = openMachine(t, {
    root: await debianRoot('bookworm', ['nodejs', 'npm']),
    mounts: { ...mounts, ...(first !== undefined && { '/opt/node': dirname(first) }) },
    environment: {
      ...npmConfiguration(),
      PATH: first === undefined ? path : `/opt/node/.bin:${path}`,
      LANG: 'C.UTF-8',
    },
  });
  return machine;
}
