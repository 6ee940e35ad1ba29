/**
 * The two forms of the backend's contract: as the documentation of the D-Bus API has it, and as OpenVPN 3 Linux is
 * deployed since v20 (recorded from v27).
 */
export type Dialect = 'documented' | 'v27';

/** What `--api` takes. */
export type DialectChoice = Dialect | 'auto';

const OLDEST_OF_V27 = 20;

/**
 * The dialect that a session manager of this version wants; `undefined` when it announces none. `git:…` is a build of
 * OpenVPN 3 Linux from its sources. Ours says `v27`.
 */
export function dialectOf(version: string | undefined): Dialect {
  const [, number] = /^v(\d+)/.exec(version ?? '') ?? [];
  if (number !== undefined) return Number(number) >= OLDEST_OF_V27 ? 'v27' : 'documented';
  return version?.startsWith('git:') ? 'v27' : 'documented';
}
