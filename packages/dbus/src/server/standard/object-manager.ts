import { defineInterface } from '../../type-system/interface.ts';
import type { Variant } from '../../type-system/value.ts';
import type { Authorize } from '../authorize.ts';
import { type Implementation, implement } from '../implementation.ts';
import type { ObjectTree } from '../object-tree.ts';
import type { OnError } from '../perform.ts';
import { readAll } from './properties.ts';

export const ObjectManager = defineInterface({
  name: 'org.freedesktop.DBus.ObjectManager',
  methods: { GetManagedObjects: { out: ['a{oa{sa{sv}}} objects'] } },
  signals: {
    InterfacesAdded: { args: ['o object', 'a{sa{sv}} interfaces'] },
    InterfacesRemoved: { args: ['o object', 'as interfaces'] },
  },
});

/** Lists what is below the path it is exported at: every interface, and the properties that the caller may read. */
export function implementObjectManager(
  tree: ObjectTree,
  authorize: Authorize,
  onError: OnError,
): Implementation {
  return implement(ObjectManager, {
    methods: {
      async GetManagedObjects(_, { path, caller }) {
        const objects = new Map<string, Map<string, Map<string, Variant>>>();
        for (const each of tree.below(path)) {
          const interfaces = new Map<string, Map<string, Variant>>();
          for (const [name, implementation] of tree.find(each) ?? []) {
            interfaces.set(name, await readAll(implementation, each, caller, authorize, onError));
          }
          if (interfaces.size > 0) objects.set(each, interfaces);
        }
        return objects;
      },
    },
  });
}
