import { Properties } from '../type-system/properties.ts';
import type { Variant } from '../type-system/value.ts';
import type { Emit } from './emit.ts';
import type { Implementation } from './implementation.ts';
import { isBelow, type ObjectTree } from './object-tree.ts';
import { ObjectManager } from './standard/object-manager.ts';
import { readProperty } from './standard/properties.ts';

/** The signals of the standard interfaces: what everybody is told about objects. */
export type Announcements = {
  /** PropertiesChanged, as each property's `emits` says. */
  changed(path: string, of: Implementation, members: readonly string[], to?: string): Promise<void>;
  /** InterfacesAdded, by each ObjectManager above the object. */
  added(path: string, implementations: Iterable<Implementation>): Promise<void>;
  removed(path: string, interfaces: readonly string[]): void;
};

export function createAnnouncements(tree: ObjectTree, emit: Emit): Announcements {
  const managersOf = (path: string): string[] =>
    [...tree.objects].flatMap(([at, interfaces]) =>
      interfaces.has(ObjectManager.name) && isBelow(path, at) ? [at] : [],
    );

  return {
    async changed(path, implementation, members, to) {
      const { name, properties } = implementation.interface;
      const values = new Map<string, Variant>();
      const invalidated: string[] = [];
      for (const member of members) {
        const property = properties.get(member);
        if (property?.emits === 'value' && property.readable) {
          values.set(member, await readProperty(implementation, member, property));
        } else if (property?.emits === 'invalidates') {
          invalidated.push(member);
        }
      }
      if (values.size + invalidated.length === 0) return;
      emit(
        path,
        Properties,
        'PropertiesChanged',
        [name, values, invalidated],
        to === undefined ? {} : { to },
      );
    },
    async added(path, implementations) {
      const managers = managersOf(path);
      if (managers.length === 0) return;
      const interfaces = new Map<string, Map<string, Variant>>();
      for (const implementation of implementations) {
        interfaces.set(implementation.interface.name, await readPublic(implementation));
      }
      for (const manager of managers) emit(manager, ObjectManager, 'InterfacesAdded', [path, interfaces]);
    },
    removed(path, interfaces) {
      for (const manager of managersOf(path)) {
        emit(manager, ObjectManager, 'InterfacesRemoved', [path, [...interfaces]]);
      }
    },
  };
}

/** No `authorize` stands before a broadcast, so it holds only values that PropertiesChanged would tell as well. */
async function readPublic(implementation: Implementation): Promise<Map<string, Variant>> {
  const values = new Map<string, Variant>();
  for (const [member, property] of implementation.interface.properties) {
    if (!property.readable || (property.emits !== 'value' && property.emits !== 'const')) continue;
    values.set(member, await readProperty(implementation, member, property));
  }
  return values;
}
