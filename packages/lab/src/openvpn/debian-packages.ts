import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow, runProgram } from '../process/program.ts';
import { debianMirror } from './debian-mirror.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Unpacks Debian packages of another suite, and all that they depend on, below `root`. Nothing is installed, no script of a
 * package is run, and apt keeps what it knows of the suite in `work`, an empty folder of the caller's. The mirror, proxies
 * and keys are those of this machine's apt, which checks signatures as always. Rejects with an Error in one sentence that
 * says what could not be had.
 *
 * @since 0.1.0
 */
export async function unpackDebian(
  suite: string,
  packages: readonly string[],
  { work, root }: { readonly work: string; readonly root: string },
): Promise<void> {
  try {
    const apt = await privateApt(suite, work);
    await apt('update');
    await apt('install', '--yes', '--download-only', ...packages);
    const archives = join(work, 'cache', 'archives');
    await mkdir(root, { recursive: true });
    for (const name of (await readdir(archives)).filter(each => each.endsWith('.deb')))
      await runOrThrow(['dpkg-deb', '--extract', join(archives, name), root]);
  } catch (error) {
    throw new Error(
      `The packages ${packages.join(', ')} of Debian's ${suite} could not be had: ${(error as Error).message}; look whether this machine reaches its mirror, and whether that has ${suite}`,
      { cause: error },
    );
  }
}

/** apt-get with a world of its own in `work`, where no package is installed. */
async function privateApt(suite: string, work: string) {
  const [configuration, sources, status] = ['apt.conf', 'sources.list', 'status'].map(name =>
    join(work, name),
  ) as [string, string, string];
  for (const folder of ['empty', 'state/lists/partial', 'cache/archives/partial'])
    await mkdir(join(work, folder), { recursive: true });
  const { stdout: architecture } = await runProgram(['dpkg', '--print-architecture']);
  const keys = existsSync(keyring) ? ` signed-by=${keyring}` : '';
  const mirror = await debianMirror();
  await writeFile(sources, `deb [arch=${architecture.trim()}${keys}] ${mirror} ${suite} main\n`);
  await writeFile(status, '');
  // How this machine fetches, proxies included. What it does besides, such as after an update, is no business of ours.
  const { stdout: acquire } = await runProgram(['apt-config', 'dump', 'Acquire']);
  const own = {
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::parts': join(work, 'empty'),
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': join(work, 'empty'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': join(work, 'empty'),
    'Dir::State': join(work, 'state'),
    'Dir::State::status': status,
    'Dir::Cache': join(work, 'cache'),
    // Another user could not enter the folder.
    'APT::Sandbox::User': 'root',
    'APT::Install-Recommends': 'false',
    'APT::Update::Error-Mode': 'any',
  };
  const lines = Object.entries(own).map(([name, value]) => `${name} "${value}";`);
  await writeFile(configuration, `${acquire}${lines.join('\n')}\n`);

  return async (...command: string[]): Promise<void> => {
    const { code, stderr } = await runProgram([
      ...['env', `APT_CONFIG=${configuration}`, 'apt-get', '--quiet', '--quiet'],
      ...command,
    ]);
    if (code === 0) return;
    const [reason = `apt-get ${command[0]} ended with code ${code}`] = /(?<=^E: ).*$/m.exec(stderr) ?? [];
    throw new Error(reason.replace(/\.?\s*$/, ''));
  };
}
