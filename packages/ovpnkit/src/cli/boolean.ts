import { UsageError } from './usage-error.ts';

/** A parser for an option whose value says yes or no. */
export function parseBoolean(text: string): boolean {
  if (/^(true|yes|1)$/i.test(text)) return true;
  if (/^(false|no|0)$/i.test(text)) return false;
  throw new UsageError('It must be true or false.');
}
