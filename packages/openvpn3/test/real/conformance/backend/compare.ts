import {
  type Allowances,
  type Expectation,
  type Expected,
  isUnsteady,
  type Stream,
  streamOf,
} from './expectation.ts';
import { maskedLine } from './masked.ts';
import type { Step } from './recording.ts';

export type Finding =
  | { readonly type: 'reply'; readonly expected: string; readonly got: string }
  | { readonly type: 'missing' | 'unexpected'; readonly line: string; readonly behind: string }
  | { readonly type: 'late'; readonly line: string; readonly reply: string };

export type Comparison = { readonly same: number; readonly findings: readonly Finding[] };

/** What comes before the reply, by the method. Of everything else it is chance whether it does. */
const beforeReply: Readonly<Record<string, RegExp>> = {
  RegistrationConfirmation: /^(?:StatusChange|AttentionRequired) /,
  Connect: / CFG_OK /,
  Pause: /^StatusChange /,
  Resume: / CONN_RESUMING /,
  Restart: / CONN_RECONNECTING /,
  Disconnect: /^StatusChange /,
  ForceShutdown: /^StatusChange /,
};

/**
 * Replies in their order, signals in theirs, the names that it has in theirs, and between replies and signals what it
 * says before it replies. The times of what was observed may be those of any clock.
 */
export function compare(
  steps: readonly Step[],
  expectation: Expectation,
  observed: readonly Step[],
  allowances: Allowances,
): Comparison {
  const { lines } = expectation;
  const ours = observed.flatMap(step => {
    const line = maskedLine(step);
    return line === undefined || isUnsteady(allowances, line) ? [] : [{ stream: streamOf(line), line }];
  });
  const of = (all: readonly Omit<Expected, 'step'>[], stream: Stream) =>
    all.filter(each => each.stream === stream).map(({ line }) => line);
  const parts = [
    compareReplies(of(lines, 'reply'), of(ours, 'reply')),
    compareSequences(of(lines, 'signal'), of(ours, 'signal')),
    compareSequences(of(lines, 'name'), of(ours, 'name')),
  ];
  const late = lateLines(steps, lines, observed);
  return {
    same: parts.reduce((sum, { same }) => sum + same, 0),
    findings: [...parts.flatMap(({ findings }) => findings), ...late],
  };
}

const isCall = (step: Step): step is Step & { kind: 'call' } => step.kind === 'call';

function lateLines(steps: readonly Step[], lines: readonly Expected[], observed: readonly Step[]): Finding[] {
  const ours = observed.filter(isCall);
  return steps.filter(isCall).flatMap((call, index): Finding[] => {
    const during = (reply: Step | undefined, at = 0) =>
      reply?.until !== undefined && at >= reply.at && at <= reply.until;
    const expected = lines.filter(
      ({ step, line }) => beforeReply[call.member]?.test(line) && during(call, steps[step]?.at),
    );
    const early = observed.filter(({ at }) => during(ours[index], at)).map(maskedLine);
    return expected
      .filter(({ line }) => !early.includes(line))
      .map(({ line }) => ({ type: 'late', line, reply: call.member }));
  });
}

function compareReplies(expected: readonly string[], got: readonly string[]): Comparison {
  const findings = expected.flatMap((line, index): Finding[] =>
    got[index] === line ? [] : [{ type: 'reply', expected: line, got: got[index] ?? 'nothing' }],
  );
  return { same: expected.length - findings.length, findings };
}

/** The shortest way from one sequence to the other. */
export function compareSequences(expected: readonly string[], got: readonly string[]): Comparison {
  // common[i][j]: how long the longest common subsequence of both rests is.
  const common = Array.from({ length: expected.length + 1 }, () => new Array<number>(got.length + 1).fill(0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = expected.length - 1; i >= 0; i--) {
    for (let j = got.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row) row[j] = expected[i] === got[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const findings: Finding[] = [];
  let behind = 'the start';
  for (let i = 0, j = 0; i < expected.length || j < got.length; ) {
    const [wanted, line] = [expected[i], got[j]];
    if (wanted !== undefined && wanted === line) {
      behind = wanted;
      i++;
      j++;
    } else if (wanted !== undefined && (line === undefined || at(i + 1, j) >= at(i, j + 1))) {
      findings.push({ type: 'missing', line: wanted, behind });
      i++;
    } else {
      findings.push({ type: 'unexpected', line: line ?? '', behind });
      j++;
    }
  }
  return { same: at(0, 0), findings };
}
