import type { Refusals } from '../../bus/refusals.ts';
import { DBusError } from '../../type-system/errors.ts';
import type { Property } from '../../type-system/interface.ts';
import { Properties } from '../../type-system/properties.ts';
import { Variant } from '../../type-system/value.ts';
import { encodeBody } from '../../type-system/wire-body.ts';
import { type Authorize, demand } from '../authorize.ts';
import { type Access, type Implementation, implement } from '../implementation.ts';
import type { ObjectTree } from '../object-tree.ts';
import { type OnError, perform } from '../perform.ts';

export type PropertiesOptions = {
  readonly tree: ObjectTree;
  readonly refusals: Refusals;
  readonly authorize: Authorize;
  readonly onError: OnError;
  /** A property was written with success. */
  readonly written: (access: Access, implementation: Implementation) => Promise<void>;
};

/** Authorises each property by itself, so its methods need no authorisation of their own. */
export function implementProperties({
  tree,
  refusals,
  authorize,
  onError,
  written,
}: PropertiesOptions): Implementation {
  function select(path: string, interfaceName: string): Implementation {
    const found = tree.find(path)?.get(interfaceName);
    if (found) return found;
    throw refusals.interfaceOfProperties(interfaceName);
  }

  /** The specification lets '' mean any interface. */
  function candidates(path: string, interfaceName: string): Implementation[] {
    return interfaceName === '' ? [...(tree.find(path)?.values() ?? [])] : [select(path, interfaceName)];
  }

  function choose(operation: 'get' | 'set', interfaceName: string, member: string, { path, caller }: Access) {
    for (const implementation of candidates(path, interfaceName)) {
      const { name, properties } = implementation.interface;
      const property = properties.get(member);
      const access: Access = { operation, caller, path, interface: name, member };
      if (property) return { implementation, property, access };
    }
    throw refusals.property(member);
  }

  return implement(Properties, {
    methods: {
      async Get([interfaceName, member], call) {
        const { implementation, property, access } = choose('get', interfaceName, member, call);
        if (!property.readable) throw refusals.notReadable(member);
        await demand(authorize, access, onError);
        return perform(access, onError, () => readProperty(implementation, member, property));
      },
      async Set([interfaceName, member, { signature, value }], call) {
        const { implementation, property, access } = choose('set', interfaceName, member, call);
        if (!property.writable) throw refusals.notWritable(member);
        if (signature !== property.type) throw refusals.value(member, signature, property.type);
        await demand(authorize, access, onError);
        await perform(access, onError, async () => implementation.property(member).set?.(value, access));
        // It is written, whoever can be told.
        await written(access, implementation).catch(error => onError(error, access));
      },
      async GetAll([interfaceName], { path, caller }) {
        const all = new Map<string, Variant>();
        for (const implementation of candidates(path, interfaceName)) {
          for (const [member, value] of await readAll(implementation, path, caller, authorize, onError)) {
            all.set(member, value);
          }
        }
        return all;
      },
    },
  });
}

/** What the caller may read of an interface. A property that fails is reported and left out. */
export async function readAll(
  implementation: Implementation,
  path: string,
  caller: Access['caller'],
  authorize: Authorize,
  onError: OnError,
): Promise<Map<string, Variant>> {
  const { name, properties } = implementation.interface;
  const values = new Map<string, Variant>();
  for (const [member, property] of properties) {
    if (!property.readable) continue;
    const access = { operation: 'get', caller, path, interface: name, member } as const;
    try {
      await demand(authorize, access, onError);
      values.set(member, await readProperty(implementation, member, property));
    } catch (error) {
      if (!(error instanceof DBusError)) onError(error, access);
    }
  }
  return values;
}

export async function readProperty(
  implementation: Implementation,
  member: string,
  property: Property,
): Promise<Variant> {
  const value = await implementation.property(member).get?.();
  // Now, so that one wrong value does not take a whole GetAll with it.
  encodeBody(property.type, [value]);
  return new Variant(property.type, value);
}
