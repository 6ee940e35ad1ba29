import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { defaultLogSettings, formatLogSettings, type LogSettings, parseLogSettings } from './log-settings.ts';

/** The settings of a file; the defaults when there is none. Throws an Error that names the file when it cannot be read. */
export function loadLogSettings(path: string): LogSettings {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return defaultLogSettings;
    throw new Error(`${path} could not be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    return parseLogSettings(text);
  } catch (error) {
    throw new Error(`${path} is not used: ${(error as Error).message}; correct or remove it`, {
      cause: error,
    });
  }
}

/** Replaces the file as a whole: whoever reads it finds the old one or the new one. Throws when it cannot be written. */
export function saveLogSettings(path: string, settings: LogSettings): void {
  const next = `${path}.new`;
  const descriptor = openSync(next, 'w', 0o600);
  try {
    writeSync(descriptor, formatLogSettings(settings));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(next, path);
}
