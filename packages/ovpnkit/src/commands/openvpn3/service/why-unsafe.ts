import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Why these files should not be run by system services, a phrase for each folder or file: somebody other than root could
 * change it, or the services' user could not read it.
 */
export function whyUnsafe(files: readonly string[]): string[] {
  const problems = new Set<string>();
  for (const file of files) {
    const real = realpathSync(file);
    for (let path = real; ; path = dirname(path)) {
      const { uid, mode } = statSync(path);
      const isSticky = (mode & 0o1000) !== 0;
      if (uid !== 0) problems.add(`${path} belongs to another user than root`);
      else if ((mode & 0o022) !== 0 && !isSticky) problems.add(`${path} can be changed by others than root`);
      const [needed, verb] = path === real ? [0o004, 'read'] : [0o001, 'entered'];
      if ((mode & needed) === 0) problems.add(`${path} cannot be ${verb} by everybody`);
      if (/^\/(home|root)(\/|$)/.test(path)) problems.add(`${path} is hidden from services`);
      if (path === '/') break;
    }
  }
  return [...problems];
}
