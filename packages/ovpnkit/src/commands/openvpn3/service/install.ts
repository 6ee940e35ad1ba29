import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { connect } from '@ovpnkit/dbus';
import { environment } from '@ovpnkit/lab';
import { type InstalledFile, MARK, STATE_DIRECTORY } from '@ovpnkit/openvpn3/share';
import { addUser, identify } from '../../../openvpn3/stack/service-user.ts';
import { callDaemon } from './call-daemon.ts';
import { type EndServicesOptions, endServices } from './end-services.ts';

export type InstallOptions = EndServicesOptions & {
  readonly files: readonly InstalledFile[];
  /** Everything goes below it; `/` for this system itself. */
  readonly prefix: string;
};

/**
 * Writes the files of an installation, makes the user and the state directory when they are missing, and has the bus read
 * its policy again. Nothing is written when a file is there that is not ours.
 */
export async function install({ files, prefix, user, dryRun, print }: InstallOptions): Promise<void> {
  const foreign = files.map(({ path }) => join(prefix, path)).filter(path => isThere(path) && !isOurs(path));
  if (foreign.length > 0) {
    throw new Error(
      `${foreign.join(', ')} ${foreign.length === 1 ? 'is' : 'are'} not ours; move away what is there first`,
    );
  }
  // Everybody has to read it, whatever the umask of the administrator is.
  process.umask(0o022);
  const isSystem = prefix === '/';
  if (isSystem && identify(user) === undefined) {
    print(`user ${user}`);
    if (!dryRun) addUser(user);
  }
  for (const file of files) {
    print(join(prefix, file.path));
    if (!dryRun) write(join(prefix, file.path), file);
  }
  const state = join(prefix, STATE_DIRECTORY);
  print(`${state}/`);
  if (dryRun) return;
  mkdirSync(dirname(state), { recursive: true });
  if (!isThere(state)) mkdirSync(state, { mode: 0o750 });
  const ids = identify(user);
  if (ids && process.getuid?.() === 0) chownSync(state, ids.uid, ids.gid);
  if (isSystem) await reload(print);
}

/** Ends the services, and removes the files of an installation, as far as they are ours. What the services keep stays. */
export async function uninstall({ files, prefix, user, dryRun, print }: InstallOptions): Promise<void> {
  // While the policy is there: without it, they would go on, and nobody could call them any more.
  if (prefix === '/') await endServices({ user, dryRun, print });
  for (const { path } of files) {
    const file = join(prefix, path);
    if (!isThere(file)) continue;
    if (!isOurs(file)) {
      print(`${file} is not ours and stays`);
      continue;
    }
    print(`removed ${file}`);
    if (!dryRun) rmSync(file);
  }
  if (dryRun) return;
  for (const folder of new Set(files.map(({ path }) => join(prefix, dirname(path))))) removeIfEmpty(folder);
  if (prefix === '/') await reload(print);
  const state = join(prefix, STATE_DIRECTORY);
  if (existsSync(state)) print(`${state} stays: it has the profiles of the users`);
}

/** A link that leads nowhere is somebody's as well. */
const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

const isOurs = (path: string): boolean =>
  lstatSync(path).isFile() && readFileSync(path, 'utf8').includes(MARK);

/** A file is there as a whole or not at all. */
function write(path: string, { content, mode }: InstalledFile): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, content, { mode, flag: 'wx' });
  renameSync(temporary, path);
}

function removeIfEmpty(folder: string): void {
  try {
    if (folder.endsWith('/ovpnkit')) rmdirSync(folder);
  } catch {
    // Somebody has put something there.
  }
}

const run = (program: string, args: readonly string[]) =>
  spawnSync(program, args, { encoding: 'utf8', env: environment() });

/** The bus and systemd read what is new. Without either there is nothing to tell. */
async function reload(print: InstallOptions['print']): Promise<void> {
  try {
    await using bus = await connect();
    await callDaemon(bus, 'ReloadConfig');
  } catch (error) {
    print(
      `the system bus did not read its policy again (${(error as Error).message}); do it before you use it`,
    );
  }
  if (existsSync('/run/systemd/system')) run('systemctl', ['daemon-reload']);
}
