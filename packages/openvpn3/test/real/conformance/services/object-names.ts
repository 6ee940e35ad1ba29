/** One name for an object of the recording and for ours that stands for it: `~/sessions/s1` on both sides. */
export type ObjectNames = {
  /** Recorded text, with these names in place of the recorded ids. */
  recorded(text: string): string;
  /** Text of our services, shortened as recorded text is, with these names in place of our ids. */
  ours(text: string): string;
  /** Recorded text as our services have to get it. */
  toOurs(recorded: string): string;
  /** Whether this recorded id stands for something. */
  knows(recordedId: string): boolean;
  /** Both paths are the same object from here on. */
  learn(kind: 'configuration' | 'session', recordedPath: string, ourPath: string): void;
  /** Our path of what was learnt last of this kind. */
  last(kind: 'configuration' | 'session'): string;
};

type Known = {
  readonly name: string;
  readonly recorded: string;
  readonly ours: string;
  readonly path: string;
};

const idOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Text from the bus as recordings have it. */
export const shortened = (text: string): string =>
  text
    .replaceAll('/net/openvpn/v3/', '~/')
    .replace(/org\.freedesktop\.(?=DBus\.(?:Introspectable|Peer|Properties)\b)/g, '');

export function createObjectNames(): ObjectNames {
  const known: Record<'configuration' | 'session', Known[]> = { configuration: [], session: [] };
  const replaced = (text: string, from: 'recorded' | 'ours', to: 'name' | 'ours'): string =>
    [...known.configuration, ...known.session].reduce(
      (result, each) => result.replaceAll(each[from], each[to]),
      text,
    );
  return {
    recorded: text => replaced(text, 'recorded', 'name'),
    ours: text => replaced(shortened(text), 'ours', 'name'),
    toOurs: text => replaced(text, 'recorded', 'ours').replaceAll('~/', '/net/openvpn/v3/'),
    knows: id => [...known.configuration, ...known.session].some(({ recorded }) => recorded === id),
    learn(kind, recordedPath, path) {
      const all = known[kind];
      const name = `${kind[0]}${all.length + 1}`;
      all.push({ name, recorded: idOf(recordedPath), ours: idOf(path), path });
    },
    last(kind) {
      const path = known[kind].at(-1)?.path;
      if (path === undefined) throw new Error(`there is no ${kind} yet`);
      return path;
    },
  };
}
