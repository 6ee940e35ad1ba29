import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Makes sure of the folder for what is fetched once and used by many runs, and gives its path: `node_modules/.cache/ovpnkit`
 * of the project that this package is part of, or else `ovpnkit` in the user's folder for caches (XDG_CACHE_HOME). It is
 * never in a folder that everybody may write, for programs in it are run. Throws the system's error when it cannot be
 * made.
 *
 * @since 0.1.0
 */
export function cacheFolder(): string {
  const modules = ownModules(import.meta.dirname);
  const user = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = modules === undefined ? join(user, 'ovpnkit') : join(modules, '.cache', 'ovpnkit');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The `node_modules` that npm manages, of the nearest project that has one; undefined when it is not ours to write. */
function ownModules(from: string): string | undefined {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    // npm leaves it in the root of a project, and in no workspace.
    if (existsSync(join(modules, '.package-lock.json'))) return isWritable(modules) ? modules : undefined;
  }
  return undefined;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
