import { type Authorize, demand, type OnError } from '../authorize.ts';
import { DBusError, standardError } from '../errors.ts';
import { type Access, type Implementation, implement } from '../implementation.ts';
import { defineInterface, type Property } from '../interface.ts';
import type { ObjectTree } from '../object-tree.ts';
import { perform } from '../perform.ts';
import { Variant } from '../value.ts';
import { encodeBody } from '../wire-body.ts';

export const Properties = defineInterface({
  name: 'org.freedesktop.DBus.Properties',
  methods: {
    Get: { in: ['s interface_name', 's property_name'], out: ['v value'] },
    Set: { in: ['s interface_name', 's property_name', 'v value'] },
    GetAll: { in: ['s interface_name'], out: ['a{sv} props'] },
  },
  signals: {
    PropertiesChanged: {
      args: ['s interface_name', 'a{sv} changed_properties', 'as invalidated_properties'],
    },
  },
});

export type PropertiesOptions = {
  readonly tree: ObjectTree;
  readonly authorize: Authorize;
  readonly onError: OnError;
  /** A property was written with success. */
  readonly written: (access: Access, implementation: Implementation) => Promise<void>;
};

/** Authorises each property by itself, so its methods need no authorisation of their own. */
export function implementProperties({
  tree,
  authorize,
  onError,
  written,
}: PropertiesOptions): Implementation {
  function select(path: string, interfaceName: string): Implementation {
    const found = tree.find(path)?.get(interfaceName);
    if (found) return found;
    throw standardError('UnknownInterface', `No such interface “${interfaceName.slice(0, 255)}”`);
  }

  function choose(path: string, interfaceName: string, member: string) {
    // The specification lets '' mean any interface.
    const candidates = interfaceName === '' ? tree.find(path)?.values() : [select(path, interfaceName)];
    for (const implementation of candidates ?? []) {
      const property = implementation.interface.properties.get(member);
      if (property) return { implementation, property };
    }
    throw standardError('UnknownProperty', `No such property “${member.slice(0, 255)}”`);
  }

  const allow = (access: Access) => demand(authorize, access, onError);

  return implement(Properties, {
    methods: {
      async Get([interfaceName, member], { path, caller }) {
        const { implementation, property } = choose(path, interfaceName, member);
        const access = {
          operation: 'get',
          caller,
          path,
          interface: implementation.interface.name,
          member,
        } as const;
        if (!property.readable) throw standardError('InvalidArgs', `Property “${member}” is not readable`);
        await allow(access);
        return perform(access, onError, () => readProperty(implementation, member, property));
      },
      async Set([interfaceName, member, value], { path, caller }) {
        const { implementation, property } = choose(path, interfaceName, member);
        const access = {
          operation: 'set',
          caller,
          path,
          interface: implementation.interface.name,
          member,
        } as const;
        if (!property.writable)
          throw standardError('PropertyReadOnly', `Property “${member}” is not writable`);
        if (value.signature !== property.type) {
          const got = `Expected type “${property.type}” but got “${value.signature}”`;
          throw standardError('InvalidArgs', `Error setting property “${member}”: ${got}`);
        }
        await allow(access);
        await perform(access, onError, async () =>
          implementation.property(member).set?.(value.value, access),
        );
        // It is written, whoever can be told.
        await written(access, implementation).catch(error => onError(error, access));
      },
      async GetAll([interfaceName], { path, caller }) {
        const chosen =
          interfaceName === '' ? [...(tree.find(path)?.values() ?? [])] : [select(path, interfaceName)];
        const all = new Map<string, Variant>();
        for (const implementation of chosen) {
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
