/**
 * The whole number of at most 15 digits that `text` is from `start` to `end`; `undefined` for anything else. Like the
 * two below it takes a part, so that a row of a status need not be cut to pieces first.
 */
export function parseInteger(text: string, start = 0, end = text.length): number | undefined {
  // A loop over the digits: this runs a dozen times for each client of a status, where a pattern would dominate.
  if (end <= start || end - start > 15) return undefined;
  let number = 0;
  for (let index = start; index < end; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** A byte counter (unsigned, 64 bits); `undefined` for anything else. */
export function parseCounter(text: string, start = 0, end = text.length): bigint | undefined {
  const small = parseInteger(text, start, end);
  if (small !== undefined) return BigInt(small);
  const digits = text.slice(start, end);
  return /^\d{16,20}$/.test(digits) ? BigInt(digits) : undefined;
}

/** Seconds since 1970 as a `Date`; `undefined` for anything that is not such a number. */
export function parseEpoch(text: string, start = 0, end = text.length): Date | undefined {
  const seconds = parseInteger(text, start, end);
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

/** Where the fields of a line begin, and where one more would. Fills `starts`, so that rows share one array. */
export function fieldStarts(line: string, separator: string, starts: number[]): readonly number[] {
  starts[0] = 0;
  let count = 1;
  for (let end = line.indexOf(separator); end !== -1; end = line.indexOf(separator, end + 1))
    starts[count++] = end + 1;
  starts[count++] = line.length + 1;
  if (starts.length !== count) starts.length = count;
  return starts;
}
