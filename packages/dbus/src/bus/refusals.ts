import { type DBusError, type StandardErrorName, standardError } from '../type-system/errors.ts';

/**
 * Which error names answer what does not exist or does not fit. The texts are GLib's, which programs look at.
 *
 * - `standard`: the names of the specification, such as UnknownObject, UnknownProperty, PropertyReadOnly
 * - `glib`: GLib's, which are UnknownMethod and InvalidArgs for all of them; for services that stand in for one of GLib's
 */
export type ErrorNames = 'standard' | 'glib';

/** What the library itself answers to calls that reach no handler. */
export type Refusals = {
  object(path: string): DBusError;
  interface(name: string, path: string): DBusError;
  method(member: string): DBusError;
  arguments(got: string, wanted: readonly string[]): DBusError;
  /** An interface that Get, Set or GetAll names. */
  interfaceOfProperties(name: string): DBusError;
  property(member: string): DBusError;
  notReadable(member: string): DBusError;
  notWritable(member: string): DBusError;
  value(member: string, got: string, wanted: string): DBusError;
};

export function createRefusals(names: ErrorNames): Refusals {
  const refuse = (standard: StandardErrorName, glib: StandardErrorName, text: string) =>
    standardError(names === 'glib' ? glib : standard, text);
  return {
    object: path => refuse('UnknownObject', 'UnknownMethod', `Object does not exist at path “${cut(path)}”`),
    interface: (name, path) =>
      refuse(
        'UnknownInterface',
        'UnknownMethod',
        `No such interface “${name}” on object at path ${cut(path)}`,
      ),
    method: member => standardError('UnknownMethod', `No such method “${member}”`),
    arguments(got, wanted) {
      const types = wanted.map(each => `“(${each})”`).join(' or ');
      const text = `Type of message, “(${got})”, does not match expected type ${types}`;
      return standardError('InvalidArgs', text);
    },
    interfaceOfProperties: name =>
      refuse('UnknownInterface', 'InvalidArgs', `No such interface “${cut(name)}”`),
    property: member => refuse('UnknownProperty', 'InvalidArgs', `No such property “${cut(member)}”`),
    notReadable: member => standardError('InvalidArgs', `Property “${member}” is not readable`),
    notWritable: member => refuse('PropertyReadOnly', 'InvalidArgs', `Property “${member}” is not writable`),
    value(member, got, wanted) {
      const text = `Error setting property “${member}”: Expected type “${wanted}” but got “${got}”`;
      return standardError('InvalidArgs', text);
    },
  };
}

/** Paths and arguments have no limit of their own. */
function cut(text: string): string {
  const LONGEST = 255;
  return text.slice(0, LONGEST);
}
