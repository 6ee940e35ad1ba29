import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

// Of the source V8 compares only the length with what is in a cache: remove the cache before the script is written anew.

/** Where the code cache of a script is. */
export const codeCacheOf = (path: string): string => `${path}.cache`;

/**
 * A script of ASCII, with its functions compiled already when its code cache is there and is of this Node.js; without,
 * V8 compiles them as they are called.
 */
export function loadScript(path: string): Script {
  return new Script(readFileSync(path, 'latin1'), { filename: path, ...cached(path) });
}

function cached(path: string): { cachedData: Buffer } | undefined {
  try {
    return { cachedData: readFileSync(codeCacheOf(path)) };
  } catch {
    return undefined; // the start is slower, and no worse
  }
}

/**
 * Makes the code cache of a script, for this Node.js with these flags. It changes how V8 compiles meanwhile: call it in
 * a process that does little else.
 */
export function makeCodeCache(path: string): void {
  setFlagsFromString('--no-lazy');
  const script = new Script(readFileSync(path, 'latin1'), { filename: path });
  setFlagsFromString('--lazy');
  writeFileSync(`${codeCacheOf(path)}.new`, script.createCachedData());
  renameSync(`${codeCacheOf(path)}.new`, codeCacheOf(path));
}
