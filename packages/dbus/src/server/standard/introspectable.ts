import {
  type Annotations,
  type Argument,
  defineInterface,
  type Interface,
  type MethodDefinition,
  splitArgument,
} from '../../type-system/interface.ts';
import { type Implementation, implement } from '../implementation.ts';
import type { ObjectTree } from '../object-tree.ts';

export const Introspectable = defineInterface({
  name: 'org.freedesktop.DBus.Introspectable',
  methods: { Introspect: { out: ['s xml_data'] } },
});

/** The interfaces that every object has besides its own, and those of a path that only has objects below it. */
export type StandardInterfaces = {
  readonly ofObjects: readonly Implementation[];
  readonly ofParents: readonly Implementation[];
};

export function implementIntrospectable(
  tree: ObjectTree,
  standard: () => StandardInterfaces,
): Implementation {
  return implement(Introspectable, {
    methods: {
      Introspect(_, { path }) {
        const { ofObjects, ofParents } = standard();
        const own = tree.find(path);
        const all = own ? [...own.values(), ...ofObjects] : ofParents;
        const interfaces = all.map(({ interface: iface }) => formatInterface(iface));
        const children = [...tree.children(path)].sort().map(name => element(1, 'node', { name }, []));
        return `${DOCTYPE}<node>\n${interfaces.join('')}${children.join('')}</node>\n`;
      },
    },
  });
}

const DOCTYPE = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
`;

/** The `<interface>` element of an interface, indented for its place in a `<node>`. */
export function formatInterface({ name, definition }: Interface): string {
  const { methods = {}, signals = {}, properties = {}, annotations } = definition;
  const members = [
    ...Object.entries(methods).map(([member, forms]) => {
      const [first = {}] = [forms].flat() as MethodDefinition[];
      const args = [...formatArguments(first.in, 'in'), ...formatArguments(first.out, 'out')];
      return element(2, 'method', { name: member }, [...args, ...formatAnnotations(3, first.annotations)]);
    }),
    ...Object.entries(signals).map(([member, { args, annotations: own }]) =>
      element(2, 'signal', { name: member }, [...formatArguments(args), ...formatAnnotations(3, own)]),
    ),
    ...Object.entries(properties).map(([member, { type, access, emits = 'value', annotations: own }]) => {
      const change = emits === 'value' ? {} : { [EMITS_CHANGED]: emits === 'none' ? 'false' : emits };
      return element(
        2,
        'property',
        { name: member, type, access },
        formatAnnotations(3, { ...change, ...own }),
      );
    }),
  ];
  return element(1, 'interface', { name }, [...members, ...formatAnnotations(2, annotations)]);
}

const EMITS_CHANGED = 'org.freedesktop.DBus.Property.EmitsChangedSignal';

function formatArguments(args: readonly Argument[] = [], direction?: 'in' | 'out'): string[] {
  return args.map(argument => {
    const { type, name } = splitArgument(argument);
    return element(3, 'arg', { name, type, ...(direction ? { direction } : {}) }, []);
  });
}

function formatAnnotations(depth: number, annotations: Annotations = {}): string[] {
  return Object.entries(annotations).map(([name, value]) =>
    element(depth, 'annotation', { name, value }, []),
  );
}

function element(depth: number, tag: string, attributes: Record<string, string>, inside: string[]): string {
  const indent = '  '.repeat(depth);
  const start = Object.entries(attributes).reduce(
    (text, [key, value]) => `${text} ${key}="${escapeXml(value)}"`,
    tag,
  );
  if (inside.length === 0) return `${indent}<${start}/>\n`;
  return `${indent}<${start}>\n${inside.join('')}${indent}</${tag}>\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
