import type { Implementation } from './implementation.ts';

/** Objects that need not be exported one by one: they are looked up when somebody asks for them. */
export type Finder = {
  /** What the object at this path has; `undefined` for none. A DBusError thrown here is the answer to the caller. */
  find(path: string): readonly Implementation[] | undefined;
  /** The paths that introspection and ObjectManager list; none when absent. */
  list?(): Iterable<string>;
};

export type ObjectTree = {
  readonly objects: Map<string, Map<string, Implementation>>;
  /** By the prefix below which they are asked; the prefix itself is not. */
  readonly finders: Map<string, Finder>;
  find(path: string): ReadonlyMap<string, Implementation> | undefined;
  /** All paths below one, listed by finders or exported. */
  below(path: string): Set<string>;
  /** The next elements below a path: what introspection lists. */
  children(path: string): Set<string>;
};

export function createObjectTree(): ObjectTree {
  const objects = new Map<string, Map<string, Implementation>>();
  const finders = new Map<string, Finder>();

  function find(path: string): ReadonlyMap<string, Implementation> | undefined {
    const exported = objects.get(path);
    if (exported) return exported;
    let nearest = '';
    for (const prefix of finders.keys()) {
      if (isBelow(path, prefix) && prefix.length > nearest.length) nearest = prefix;
    }
    const found = finders.get(nearest)?.find(path);
    return found && new Map(found.map(each => [each.interface.name, each]));
  }

  function* known(): Iterable<string> {
    yield* objects.keys();
    for (const [prefix, finder] of finders) {
      yield prefix;
      for (const path of finder.list?.() ?? []) if (isBelow(path, prefix)) yield path;
    }
  }

  return {
    objects,
    finders,
    find,
    below(path) {
      const paths = new Set<string>();
      for (const each of known()) if (isBelow(each, path)) paths.add(each);
      return paths;
    },
    children(path) {
      const start = path === '/' ? 1 : path.length + 1;
      const names = new Set<string>();
      for (const each of known()) {
        if (!isBelow(each, path)) continue;
        const end = each.indexOf('/', start);
        names.add(each.slice(start, end === -1 ? undefined : end));
      }
      return names;
    },
  };
}

/** Strictly below: nothing is below itself. */
export function isBelow(path: string, prefix: string): boolean {
  return prefix === '/' ? path !== '/' : path.startsWith(`${prefix}/`);
}
