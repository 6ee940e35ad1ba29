import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** Where distributions and `make install` put it, behind the PATH: the PATH of users and of services has few of them. */
const usualFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin'] as const;

/** What to do without one, as the end of a sentence. Whatever starts a daemon here takes both. */
export const howToNameOpenvpn =
  'install openvpn, or name it with --openvpn or OVPNKIT_OPENVPN where ovpnkit is started';

/**
 * Gives the absolute path of the `openvpn` program that a lab, a test, a tunnel and a service run.
 *
 * It is the one that `option` names, or else the variable OVPNKIT_OPENVPN, or else the first `openvpn` in the folders of
 * the PATH, /usr/local/sbin, /usr/sbin, /sbin and /usr/bin that can be run. A name with a slash is a path, and a relative
 * one counts from the working directory; a name without a slash is looked for in the same folders. Entries of the PATH
 * that are no absolute path are passed over: what root runs must not depend on where root stands. An empty variable is
 * none.
 *
 * Throws an Error in one sentence when there is none. What was named and cannot be run is never replaced by another.
 *
 * @since 0.1.0
 */
export function openvpnProgram(option?: string, environment: NodeJS.ProcessEnv = process.env): string {
  const named = option ?? (environment.OVPNKIT_OPENVPN || undefined);
  if (named === undefined || !named.includes('/')) return search(named ?? 'openvpn', environment);
  const path = resolve(named);
  const obstacle = whyNot(path);
  if (obstacle === undefined) return path;
  throw new Error(`The OpenVPN daemon ${path} cannot be run (${obstacle}); ${howToNameOpenvpn}`);
}

function search(name: string, { PATH = '' }: NodeJS.ProcessEnv): string {
  const folders = [...new Set([...PATH.split(delimiter).filter(isAbsolute), ...usualFolders])];
  const path = folders.map(folder => join(folder, name)).find(each => whyNot(each) === undefined);
  if (name !== '' && path !== undefined) return path;
  throw new Error(`There is no program '${name}' in ${folders.join(', ')}; ${howToNameOpenvpn}`);
}

/** A code, or undefined for what can be run. */
function whyNot(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? undefined : 'it is no file';
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
