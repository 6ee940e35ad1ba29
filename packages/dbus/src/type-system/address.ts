import { ConnectionError } from './errors.ts';

/** One entry of an address list, unescaped: `unix:path=/run/dbus/system_bus_socket`. */
export type Address = {
  readonly transport: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** As it stood in the list. */
  readonly text: string;
};

/** Reads an address list, in its order. Throws a ConnectionError with the reason `address`. */
export function parseAddresses(list: string): Address[] {
  const addresses = list
    .split(';')
    .filter(text => text !== '')
    .map(parseAddress);
  if (addresses.length === 0) throw unreadable(list, 'is empty');
  return addresses;
}

function parseAddress(text: string): Address {
  const colon = text.indexOf(':');
  if (colon < 1) throw unreadable(text, "has no transport in front of a ':'");
  const parameters = new Map<string, string>();
  for (const pair of text.slice(colon + 1).split(',')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    if (equals < 1) throw unreadable(text, `has '${pair}' where KEY=VALUE belongs`);
    const key = pair.slice(0, equals);
    if (parameters.has(key)) throw unreadable(text, `has '${key}' twice`);
    parameters.set(key, unescapeValue(pair.slice(equals + 1), text));
  }
  return { transport: text.slice(0, colon), parameters, text };
}

function unescapeValue(value: string, text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(value)) throw unreadable(text, "has a '%' without two hexadecimal digits");
  const bytes = value.replace(/%(..)/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  // What stands unescaped is ASCII, what was escaped are bytes of UTF-8.
  if (value === bytes) return value;
  return new TextDecoder().decode(Uint8Array.from(bytes, char => char.charCodeAt(0)));
}

function unreadable(text: string, problem: string): ConnectionError {
  return new ConnectionError(
    'address',
    `the bus address '${text}' ${problem}; give one such as unix:path=/run/bus`,
  );
}
