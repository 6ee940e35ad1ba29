import { readFileSync } from 'node:fs';

/** The version of this package. It loads nothing, for `ovpnkit --version` loads nothing else. */
export function readVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
