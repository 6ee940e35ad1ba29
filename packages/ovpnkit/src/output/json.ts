/** What printable() shows, but for the line feeds that JSON text is laid out with: inside strings they are escaped. */
const unsafe = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Any value of the library as JSON: a bigint is a number as long as a number holds it exactly, else a string; a Date is
 * ISO 8601 in UTC; addresses are text; a Map is an object; a Secret is "[secret]"; what is `undefined` is left out. The text
 * is safe on a terminal without being another value.
 */
export function toJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, (_, inner: unknown) => plain(inner), indent);
  return text.replace(unsafe, escapeUnits);
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return isExact(value) ? Number(value) : String(value);
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Error) return { ...value, name: value.name, message: value.message };
  return value;
}

const isExact = (value: bigint): boolean =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;

const escapeUnits = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map(unit => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
