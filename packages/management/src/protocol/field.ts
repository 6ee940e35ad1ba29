/** The whole number of at most 15 digits that `text` is from `start` on; `undefined` for anything else. */
export function parseInteger(text: string, start = 0): number | undefined {
  // A loop over the digits: this runs a dozen times for each client of a status, where a pattern would dominate.
  const { length } = text;
  if (length === start || length - start > 15) return undefined;
  let number = 0;
  for (let index = start; index < length; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** A byte counter (unsigned, 64 bits); `undefined` for anything else. */
export function parseCounter(text: string): bigint | undefined {
  const small = parseInteger(text);
  if (small !== undefined) return BigInt(small);
  return /^\d{16,20}$/.test(text) ? BigInt(text) : undefined;
}

/** Seconds since 1970 as a `Date`; `undefined` for anything that is not such a number. */
export function parseEpoch(text: string): Date | undefined {
  const seconds = parseInteger(text);
  return seconds === undefined || seconds > 8_640_000_000_000 ? undefined : new Date(seconds * 1000);
}

/** Splits at the first `count - 1` separators only: the last field keeps all that follow. */
export function splitFields(text: string, separator: string, count: number): string[] {
  const fields: string[] = [];
  let start = 0;
  while (fields.length < count - 1) {
    const end = text.indexOf(separator, start);
    if (end === -1) break;
    fields.push(text.slice(start, end));
    start = end + separator.length;
  }
  fields.push(text.slice(start));
  return fields;
}
