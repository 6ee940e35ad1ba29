import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { privateDirectory } from '@ovpnkit/management/daemon';
import { runProgram } from '../process/program.ts';
import { cacheFolder } from './cache-folder.ts';
import { unpackDebian } from './debian-packages.ts';
import { withFileLock } from './file-lock.ts';

/** Which suite of Debian has it. sid moves on: then a new row belongs here, and another suite to this one. */
const suites = { '2.5': 'bullseye', '2.6': 'bookworm', '2.7': 'sid' } as const;

/** A version of OpenVPN that the lab can bring along. */
export type OpenvpnVersion = keyof typeof suites;

const provided = new Map<OpenvpnVersion, Promise<string>>();

/**
 * Gives the absolute path of an `openvpn` of this version, for the option `openvpn` of a lab or a daemon. It is Debian's,
 * with libraries and a loader of its own, so that it runs on any Debian, and is called `openvpn` in lists of processes.
 *
 * The first call on a machine fetches it, some 10 MB, into the folder `openvpn-VERSION` of the cache (see `cacheFolder`);
 * remove that to have a newer one fetched. Several processes may call it at once. The first call of a process says on the
 * standard error which version it really is.
 *
 * Rejects with an Error in one sentence when it is not there and cannot be fetched. Needs apt, and no rights.
 *
 * @since 0.1.0
 */
export function openvpnOfVersion(version: OpenvpnVersion): Promise<string> {
  const present = provided.get(version) ?? provide(version);
  provided.set(version, present);
  return present;
}

async function provide(version: OpenvpnVersion): Promise<string> {
  const suite = suites[version];
  const folder = join(cacheFolder(), `openvpn-${version}`);
  const program = join(folder, 'openvpn');
  if (!existsSync(program)) {
    // Who comes second finds what the first has fetched.
    await withFileLock(`${folder}.lock`, async () => {
      if (!existsSync(program)) await fetch(version, folder);
    });
  }
  tell(`OpenVPN ${await versionOf(program)} of Debian's ${suite} is ${program}`);
  return program;
}

async function fetch(version: OpenvpnVersion, folder: string): Promise<void> {
  const suite = suites[version];
  tell(`fetching OpenVPN ${version} of Debian's ${suite} into ${folder}`);
  const work = privateDirectory(`fetching-${version}`, dirname(folder));
  try {
    const made = join(work, 'made');
    await unpackDebian(suite, ['openvpn'], { work, root: join(made, 'root') });
    const program = writeLauncher(made);
    const seen = await versionOf(program);
    if (!seen.startsWith(`${version}.`))
      throw new Error(
        `Debian's ${suite} has OpenVPN ${seen} and no longer ${version}; name one with OVPNKIT_OPENVPN, or change the table of suites`,
      );
    renameSync(made, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Writes the program. The loader is run under the name `openvpn`, because the kernel names a process for the file that was
 * run; and it gets the libraries as arguments, because what a daemon runs itself, such as `ip`, needs those of this machine.
 */
function writeLauncher(folder: string): string {
  const files = readdirSync(join(folder, 'root'), { recursive: true, withFileTypes: true })
    // Links of packages lead into the system that they are meant for.
    .filter(each => each.isFile())
    .map(each => join(relative(folder, each.parentPath), each.name));
  const find = (name: RegExp): string => {
    const path = files.find(each => name.test(each));
    if (path === undefined)
      throw new Error(`The packages of OpenVPN have no ${name.source}; look what has become of it`);
    return path;
  };
  const libraries = [
    ...new Set(files.filter(each => /\/[^/]+-linux-gnu\w*\/lib[^/]+\.so\.[^/]+$/.test(each)).map(dirname)),
  ];
  const modules = files.find(each => /\/ossl-modules\/legacy\.so$/.test(each));
  const at = (path: string): string => `"$here/${path}"`;
  const loader = join('loader', 'openvpn');
  mkdirSync(join(folder, 'loader'));
  copyFileSync(join(folder, find(/-linux-gnu\w*\/ld-[^/]+\.so[^/]*$/)), join(folder, loader));
  const launcher = `#!/bin/sh
here=\${0%/*}
${modules === undefined ? '' : `export OPENSSL_MODULES=${at(dirname(modules))}\n`}exec ${at(loader)} --inhibit-cache --library-path ${libraries.map(at).join(':')} ${at(find(/\/sbin\/openvpn$/))} "$@"
`;
  const program = join(folder, 'openvpn');
  writeFileSync(program, launcher);
  // Daemons run as other users too, whatever the umask is.
  for (const path of ['.', 'loader', loader, 'openvpn']) chmodSync(join(folder, path), 0o755);
  return program;
}

/** As it says itself; the exit code of `--version` is 1 before OpenVPN 2.6. */
async function versionOf(program: string): Promise<string> {
  const { stdout, stderr } = await runProgram([program, '--version']);
  const version = /^OpenVPN (\S+)/.exec(stdout)?.[1];
  if (version !== undefined) return version;
  throw new Error(
    `${program} says no version but '${(stderr || stdout).trim()}'; remove its folder to have it fetched again`,
  );
}

const tell = (text: string): void => void process.stderr.write(`ovpnkit: ${text}\n`);
