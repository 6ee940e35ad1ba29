import { readFileSync } from 'node:fs';

/** In MiB. `shared` pages, such as Node itself, are in `rss` as a whole, in `pss` by their share, and not in `own`. */
export type ProcessMemory = { readonly rss: number; readonly pss: number; readonly own: number };

export function processMemory(pid: number): ProcessMemory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]) / 1024;
  return { rss: mib('Rss'), pss: mib('Pss'), own: mib('Private_Dirty') + mib('Private_Clean') };
}
