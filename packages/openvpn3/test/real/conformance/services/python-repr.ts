import { Variant } from '@ovpnkit/dbus';

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value from the bus as the recorder, a Python program, wrote it. Structs are lists there. */
export function pythonRepr(value: unknown): string {
  if (value instanceof Variant) return pythonRepr(value.value);
  if (value instanceof Map) {
    const entries = [...value].map(([key, each]) => `${pythonRepr(key)}: ${pythonRepr(each)}`);
    return `{${entries.join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new TypeError(`no value of the bus: ${String(value)}`);
}

function quoted(text: string): string {
  const escaped = text.replace(/[\\\n\r\t]/g, character => escapes[character] ?? '');
  return escaped.includes("'") && !escaped.includes('"')
    ? `"${escaped}"`
    : `'${escaped.replaceAll("'", "\\'")}'`;
}
