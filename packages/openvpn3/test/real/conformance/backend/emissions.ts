import type { Backend } from '../../backend.ts';
import { literalOf } from './dbus-literal.ts';
import { maskedLine } from './masked.ts';
import type { Literal } from './python-literal.ts';
import type { Step } from './recording.ts';
import type { Stage } from './stage.ts';

export type Emissions = {
  /** Signals in their order, and names in theirs. */
  all(): readonly Step[];
  /** What the log service got of the same. */
  logged(): readonly Step[];
  /** How often this line of {@link maskedLine} has come so far. */
  count(line: string): number;
};

/** What these backends, more of which may come, do by themselves from now on, as the session manager gets it. */
export function createEmissions({ bed, names }: Stage, backends: readonly Backend[]): Emissions {
  const all: Step[] = [];
  const counts = new Map<string, number>();
  const read = { signals: bed.sessions.signals.all.length, names: names.length };
  const note = (step: Step) => {
    all.push(step);
    const line = maskedLine(step);
    if (line !== undefined) counts.set(line, (counts.get(line) ?? 0) + 1);
  };
  // Everything of a backend comes behind the start of this, and nothing is read while one is being started.
  const update = () => {
    for (const { name, owned, at } of names.slice(read.names)) {
      if (backends.some(({ busName }) => busName === name)) {
        note({ kind: 'name', change: owned ? 'acquired' : 'lost', at });
      }
    }
    for (const { sender, member, args, at } of bed.sessions.signals.all.slice(read.signals)) {
      if (backends.some(({ uniqueName }) => uniqueName === sender)) {
        note({ kind: 'signal', member, args: signalArgs(member, args), at });
      }
    }
    Object.assign(read, { signals: bed.sessions.signals.all.length, names: names.length });
  };
  const isOurs = ({ sender }: { readonly sender: string }) =>
    backends.some(({ uniqueName }) => uniqueName === sender);
  return {
    logged: () =>
      bed.log.signals.all
        .filter(isOurs)
        .map(
          ({ member, args, at }): Step => ({ kind: 'signal', member, args: signalArgs(member, args), at }),
        ),
    all() {
      update();
      return all;
    },
    count(line: string): number {
      update();
      return counts.get(line) ?? 0;
    },
  };
}

/** Without the token of a Log signal, as recordings have it. */
function signalArgs(member: string, args: readonly unknown[]): readonly Literal[] {
  const values = args.map(literalOf);
  return member === 'Log' ? values.toSpliced(2, 1) : values;
}
