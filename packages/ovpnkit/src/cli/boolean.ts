import { UsageError } from './usage-error.ts';

/** A parser for an option whose value says yes or no. */
export function parseBoolean(text: string): boolean {
  if (/^(true|yes|1)$/i.test(text)) return true;
  if (/^(false|no|0)$/i.test(text)) return false;
  throw new UsageError('it must be true or false');
}

/** What an option is that says yes or no by its value. */
export const boolean = { value: 'bool', parse: parseBoolean, completes: ['true', 'false'] } as const;
