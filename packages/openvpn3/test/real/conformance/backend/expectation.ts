import { maskedLine } from './masked.ts';
import type { Step } from './recording.ts';

/** Where a recording has such a line, ours has these in its place: none, or more than one. `$1` is a group of it. */
export type Rule = readonly [recorded: RegExp, ...ours: string[]];

/** A difference that is meant. */
export type Difference = {
  readonly why: string;
  /** Names of recordings; all when absent. */
  readonly recordings?: readonly string[];
  /** Holds only behind the first line like this one. */
  readonly behind?: RegExp;
  /** Holds up to the first line like this one. */
  readonly before?: RegExp;
  /** A line goes through them in their order. */
  readonly rules: readonly Rule[];
};

/** A line that is written in one run and not in the next, by the deployed program or by ours: not compared. */
export type Unsteady = { readonly line: RegExp; readonly why: string };

export type Allowances = {
  readonly differences: readonly Difference[];
  readonly unsteady: readonly Unsteady[];
};

/** The bus tells of names, the program sends signals: on two ways, which do not keep the order between them. */
export type Stream = 'reply' | 'signal' | 'name';

/** One line that must be there, and the step of the recording that it comes from. */
export type Expected = { readonly step: number; readonly stream: Stream; readonly line: string };

export type Expectation = {
  readonly lines: readonly Expected[];
  /** How many lines of the recording are not among them. */
  readonly applied: number;
  /** What was needed to come from the recording to these lines. */
  readonly used: ReadonlySet<Rule | Unsteady>;
};

export const isUnsteady = ({ unsteady }: Allowances, line: string): Unsteady | undefined =>
  unsteady.find(each => each.line.test(line));

/** What our program has to do and to answer when it is driven through these steps. */
export function expectationOf(
  recording: string,
  steps: readonly Step[],
  allowances: Allowances,
): Expectation {
  const used = new Set<Rule | Unsteady>();
  const lines: Expected[] = [];
  let applied = 0;
  const concerned = allowances.differences.filter(
    ({ recordings }) => recordings?.includes(recording) ?? true,
  );
  const current = new Set(concerned.filter(({ behind }) => behind === undefined));
  const apply = (line: string, rule: Rule): string[] => {
    const [recorded, ...ours] = rule;
    if (!recorded.test(line)) return [line];
    used.add(rule);
    return ours.map(each => line.replace(recorded, each));
  };
  for (const [step, each] of steps.entries()) {
    const recorded = maskedLine(each);
    if (recorded === undefined) continue;
    const unsteady = isUnsteady(allowances, recorded);
    if (unsteady) {
      used.add(unsteady);
      continue;
    }
    const rules = concerned
      .filter(difference => current.has(difference))
      .flatMap(difference => difference.rules);
    const ours = rules.reduce((all, rule) => all.flatMap(line => apply(line, rule)), [recorded]);
    if (!ours.includes(recorded)) applied++;
    lines.push(...ours.map(line => ({ step, stream: streamOf(line), line })));
    for (const difference of concerned) {
      if (difference.behind?.test(recorded)) current.add(difference);
      if (difference.before?.test(recorded)) current.delete(difference);
    }
  }
  return { lines, applied, used };
}

/** The lines of ours that nothing is compared with, by what allows them. */
export const unsteadyOf = (observed: readonly Step[], allowances: Allowances): ReadonlySet<Unsteady> =>
  new Set(observed.flatMap(step => isUnsteady(allowances, maskedLine(step) ?? '') ?? []));

export const streamOf = (line: string): Stream => {
  if (/^name /.test(line)) return 'name';
  const signal = /^(?:AttentionRequired|Log|PropertiesChanged|RegistrationRequest|StatusChange) /;
  return signal.test(line) ? 'signal' : 'reply';
};
