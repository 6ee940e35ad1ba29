import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatRecord, parseRecord, type SessionRecord } from './session-record.ts';

/** What is known of the sessions, for the next session manager: their tunnels outlive this one. */
export type SessionStore = {
  /** Replaces what was saved of a session, as a whole. */
  save(record: SessionRecord): void;
  remove(path: string): void;
  load(): SessionRecord[];
};

/**
 * One file for each session, for the user of this process alone. `failed` is told what cannot be written or read, in a
 * sentence; sessions go on without.
 */
export function openSessionStore(folder: string, failed: (text: string) => void): SessionStore {
  const fileOf = (path: string) => join(folder, `${path.slice(path.lastIndexOf('/') + 1)}.json`);

  function attempt<T>(what: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      failed(`Could not ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  attempt(`make ${folder}, so sessions are lost when this service restarts`, () =>
    mkdirSync(folder, { recursive: true, mode: 0o700 }),
  );
  return {
    save(record) {
      const file = fileOf(record.path);
      attempt(`save ${record.path}`, () => {
        writeFileSync(`${file}.new`, formatRecord(record), { mode: 0o600 });
        renameSync(`${file}.new`, file);
      });
    },
    remove(path) {
      attempt(`remove what was saved of ${path}`, () => rmSync(fileOf(path), { force: true }));
    },
    load() {
      const names = attempt('look for sessions', () => readdirSync(folder)) ?? [];
      return names
        .filter(name => name.endsWith('.json'))
        .flatMap(name => {
          const text = attempt(`read ${name}`, () => readFileSync(join(folder, name), 'utf8'));
          const record = text === undefined ? undefined : parseRecord(text);
          if (record !== undefined && fileOf(record.path) === join(folder, name)) return [record];
          failed(`${join(folder, name)} describes no session and is left out`);
          return [];
        });
    },
  };
}
