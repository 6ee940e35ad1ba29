import { refused, requestFailed } from '../host/refusals.ts';
import type { Configuration } from './configuration.ts';
import type { ConfigurationFolder } from './configuration-folder.ts';

/** All configurations, by their paths. */
export type Configurations = {
  get(path: string): Configuration | undefined;
  /** Sorted by path. */
  all(): readonly Configuration[];
  /** Throws the DBusError for the caller when the owner has too many for one more, of a profile of this length. */
  checkRoom(owner: number, length: number): void;
  /** Rejects as {@link checkRoom} throws, and when it cannot be stored. */
  add(configuration: Configuration): Promise<void>;
  /**
   * Replaces a configuration by what `change` makes of it, one change of it at a time. What is persistent is stored
   * first: what was answered is kept. `undefined` when there is no such configuration; rejects with what `change` throws.
   */
  update(path: string, change: (now: Configuration) => Configuration): Promise<Configuration | undefined>;
  /** Gives what was removed; `undefined` when there was no such configuration. */
  remove(path: string): Promise<Configuration | undefined>;
  /** Resolves when everything that was begun is stored. */
  settled(): Promise<void>;
};

/** Whoever may call could fill the memory otherwise. An empty profile takes something too: 1,024 are a user's most. */
const LIMITS = { ofEach: 32 * 1024 * 1024, ofAll: 256 * 1024 * 1024 } as const;
const LEAST_WEIGHT = 32 * 1024;

export function createConfigurations(
  folder: ConfigurationFolder,
  stored: readonly Configuration[],
): Configurations {
  const configurations = new Map(stored.map(each => [each.path, each]));
  const changes = new Map<string, Promise<unknown>>();

  /** One at a time for each path. */
  async function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
    const turn = (changes.get(path) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => {});
    changes.set(path, settled);
    try {
      return await turn;
    } finally {
      if (changes.get(path) === settled) changes.delete(path);
    }
  }

  const store = async (work: Promise<void>) => {
    try {
      await work;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw requestFailed(`The configuration could not be stored: ${why}`);
    }
  };

  function checkRoom(owner: number, length: number): void {
    const all = [...configurations.values()];
    const weight = (of: readonly Configuration[]) =>
      of.reduce((sum, { profile }) => sum + weightOf(profile.reveal().length), weightOf(length));
    if (weight(all.filter(each => each.owner === owner)) > LIMITS.ofEach)
      throw refused('Too many configuration profiles of this user; remove some');
    if (weight(all) > LIMITS.ofAll) throw refused('Too many configuration profiles; remove some');
  }

  return {
    get: path => configurations.get(path),
    checkRoom,
    all: () => [...configurations.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    async add(configuration) {
      checkRoom(configuration.owner, configuration.profile.reveal().length);
      // Takes its room at once: others may be added while this one is stored.
      configurations.set(configuration.path, configuration);
      if (!configuration.persistent) return;
      try {
        await inTurn(configuration.path, () => store(folder.write(configuration)));
      } catch (error) {
        configurations.delete(configuration.path);
        throw error;
      }
    },
    update: (path, change) =>
      inTurn(path, async () => {
        const now = configurations.get(path);
        if (now === undefined) return undefined;
        const next = change(now);
        if (next.persistent) await store(folder.write(next));
        configurations.set(path, next);
        return next;
      }),
    remove: path =>
      inTurn(path, async () => {
        const now = configurations.get(path);
        if (now === undefined) return undefined;
        if (now.persistent) await store(folder.remove(now));
        configurations.delete(path);
        return now;
      }),
    settled: async () => void (await Promise.all(changes.values())),
  };
}

const weightOf = (length: number): number => Math.max(LEAST_WEIGHT, length);
