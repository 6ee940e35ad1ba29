import type { Difference, Rule } from './differences.ts';
import type { CallOrSignal } from './parse-trace.ts';

/** What one trace lets expect of our services, where the differences that are meant are taken into account. */
export type Expectation = {
  /** What ours has to say where this was recorded, `at` ms behind the command; none for nothing. */
  expected(recorded: string, at: number): readonly string[];
  isLeftOut(step: CallOrSignal): boolean;
  /** Whether what has been told up to this call is not compared. */
  forgets(call: CallOrSignal): boolean;
  isUnsteady(line: string): boolean;
  /** How many lines ours says in another way, or not at all. */
  allowed(): number;
  /** What was needed of them. */
  readonly used: ReadonlySet<Difference | Rule>;
};

export function createExpectation(trace: string, differences: readonly Difference[]): Expectation {
  const used = new Set<Difference | Rule>();
  const concerned = differences.filter(({ traces }) => traces?.test(trace) ?? true);
  let allowed = 0;

  const holds = ({ when: [from, to] = [0, Number.POSITIVE_INFINITY] }: Difference, at: number): boolean =>
    at >= from && at < to;
  const isAny = (is: (difference: Difference) => boolean | undefined): boolean => {
    const reason = concerned.find(is);
    if (reason) used.add(reason);
    return reason !== undefined;
  };

  return {
    expected(recorded, at) {
      let lines = [recorded];
      for (const difference of concerned.filter(each => holds(each, at))) {
        for (const rule of difference.rules ?? []) {
          const [pattern, ...ours] = rule;
          lines = lines.flatMap(line => {
            if (!pattern.test(line)) return [line];
            used.add(rule);
            return ours.map(each => line.replace(pattern, each));
          });
        }
      }
      if (lines.length !== 1 || lines[0] !== recorded) allowed++;
      return lines;
    },
    isLeftOut: step => isAny(each => each.leftOut?.(step) && holds(each, step.at)),
    forgets: call => isAny(each => each.forgets?.(call) && holds(each, call.at)),
    isUnsteady: line => isAny(each => each.unsteady?.test(line)),
    allowed: () => allowed,
    used,
  };
}
