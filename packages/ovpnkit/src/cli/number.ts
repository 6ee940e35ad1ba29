import { UsageError } from './usage-error.ts';

/** A parser for an option or argument that is a whole number from `least` to `most`. */
export const wholeNumber =
  (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
    throw new UsageError(`it must be a whole number, ${range}`);
  };

/** A parser for a time in seconds, which may have a fraction and is more than zero. */
export function parseSeconds(text: string): number {
  const number = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (number > 0) return number;
  throw new UsageError('it must be a number of seconds, such as 2 or 0.5');
}
