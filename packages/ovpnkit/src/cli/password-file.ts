import { readPasswordFile as read, type Secret } from '@ovpnkit/management';
import { UsageError } from './usage-error.ts';

/** The password that is the first line of a file. Throws a UsageError when the file cannot be read or has none. */
export function readPasswordFile(file: string): Secret {
  try {
    return read(file);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
