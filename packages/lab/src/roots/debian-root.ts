import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateDirectory } from '@ovpnkit/management/daemon';
import { cacheFolder } from '../openvpn/cache-folder.ts';
import { debianMirror } from '../openvpn/debian-mirror.ts';
import { withFileLock } from '../openvpn/file-lock.ts';
import { runOrThrow, runProgram } from '../process/program.ts';

/**
 * Gives the folder of a whole Debian of this suite, with these packages and nothing that they only recommend. It is for
 * reading: see `openMachine`. The first call on a machine makes it with `debootstrap`, which takes minutes, in the folder
 * `debian-SUITE` of the cache; remove that to have a newer one made, or one with other packages. Several processes may call
 * it at once. Needs root, and rejects with an Error when it cannot be made.
 */
export async function debianRoot(suite: string, packages: readonly string[]): Promise<string> {
  const folder = join(cacheFolder(), `debian-${suite}`);
  if (!existsSync(folder)) {
    // Who comes second finds what the first has made.
    await withFileLock(`${folder}.lock`, async () => {
      if (!existsSync(folder)) await make(folder, suite, packages);
    });
  }
  return folder;
}

async function make(folder: string, suite: string, packages: readonly string[]): Promise<void> {
  process.stderr.write(`ovpnkit: making a Debian ${suite} in ${folder}\n`);
  const work = privateDirectory(`making-${suite}`, cacheFolder());
  const root = join(work, 'root');
  try {
    await runOrThrow(['debootstrap', '--variant=minbase', suite, root, await debianMirror()]);
    // How this machine reaches mirrors; and a root that is lost can be made again, so nothing waits for the disk.
    const { stdout } = await runProgram(['apt-config', 'dump', 'Acquire::http', 'Acquire::https']);
    writeFileSync(join(root, 'etc/apt/apt.conf.d/00machine'), stdout);
    writeFileSync(join(root, 'etc/dpkg/dpkg.cfg.d/00lab'), 'force-unsafe-io\n');
    const install = ['apt-get', '-qq', 'install', '-y', '--no-install-recommends', ...packages];
    await runOrThrow(['chroot', root, 'env', 'DEBIAN_FRONTEND=noninteractive', ...install]);
    await runOrThrow(['chroot', root, 'apt-get', 'clean']);
    renameSync(root, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
