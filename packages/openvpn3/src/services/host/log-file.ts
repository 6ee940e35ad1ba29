import { closeSync, openSync, writeSync } from 'node:fs';
import type { LogCategoryName } from '../../contract/log.ts';

/** A copy of what is logged over D-Bus. */
export type LogFile = { write(category: LogCategoryName, message: string): void; close(): void };

/** Opens it for appending, readable for its owner alone; `stdout:` is standard output. Throws when it cannot be. */
export function openLogFile(path: string, colour: boolean): LogFile {
  const descriptor = path === 'stdout:' ? 1 : openSync(path, 'a', 0o600);
  return {
    write(category, message) {
      const line = `${new Date().toISOString()} ${category}: ${message.replaceAll('\n', '\n    ')}`;
      const sgr = colour ? colours[category] : undefined;
      try {
        writeSync(descriptor, sgr === undefined ? `${line}\n` : `\x1b[${sgr}m${line}\x1b[0m\n`);
      } catch {
        // A full disk or a closed pipe is no reason to end a tunnel.
      }
    },
    close() {
      if (descriptor !== 1) closeSync(descriptor);
    },
  };
}

const colours: Readonly<Record<LogCategoryName, number | undefined>> = {
  UNDEFINED: undefined,
  DEBUG: 2,
  VERB2: 36,
  VERB1: 36,
  INFO: undefined,
  WARN: 33,
  ERROR: 31,
  CRIT: 31,
  FATAL: 31,
};
