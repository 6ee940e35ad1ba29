import { Variant } from '@ovpnkit/dbus';
import { BackendClientV27 } from '@ovpnkit/openvpn3';
import type { Answer } from '../../answer.ts';
import type { Literal } from './python-literal.ts';
import type { Outcome } from './recording.ts';

/** A value from the bus in the form that recorded ones have. */
export function literalOf(value: unknown): Literal {
  if (value instanceof Variant) return literalOf(value.value);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, each]) => [String(key), literalOf(each)]));
  }
  if (Array.isArray(value)) return value.map(literalOf);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new TypeError(`no value that a recording can have: ${String(value)}`);
}

export const outcomeOf = (answer: Answer): Outcome =>
  'ok' in answer ? { ok: answer.ok.map(literalOf) } : { error: answer.error, message: answer.message };

/**
 * What was written to a property. Recordings have the value and not its type: that of the property where the value
 * can have it, unless the reply says what came.
 */
export function variantOf(property: string, value: Literal, recorded: Outcome): Variant {
  const [, got] = ('message' in recorded && /but got “(.)”/.exec(recorded.message)) || [];
  const type = got ?? BackendClientV27.properties.get(property)?.type ?? 's';
  if (type === 'b') return new Variant('b', value === true || value === 'True');
  if (typeof value === 'number') return new Variant(type, value);
  if (typeof value === 'string') return new Variant(type === 'o' ? 'o' : 's', value);
  return new Variant(type, new Map());
}

/** The types of arguments that a method does not take, of which its refusal speaks. */
export function wrongSignature(recorded: Outcome | undefined): string | undefined {
  if (recorded === undefined || !('message' in recorded)) return undefined;
  return /^Type of message, “\((.*?)\)”, does not match/.exec(recorded.message)?.[1];
}
