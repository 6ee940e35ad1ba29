import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@ovpnkit/dbus';
import { type Answer, ask } from '../../answer.ts';
import { compareSequences } from '../backend/compare.ts';
import { busCall } from './bus-call.ts';
import type { Difference, Rule } from './differences.ts';
import { createExpectation, type Expectation } from './expectation.ts';
import { isOfTheDaemon, maskedLine, says } from './masked-line.ts';
import type { ObjectNames } from './object-names.ts';
import type { Trace, TraceStep } from './parse-trace.ts';
import { pythonRepr } from './python-repr.ts';

export type Stage = {
  readonly names: ObjectNames;
  /** A connection of theirs, always the same. */
  busOf(user: string): Promise<Bus>;
  /** The profile that a configuration of this name has. */
  profileOf(name: string): Promise<string>;
  /** What our services have told since {@link Stage.forget}. */
  readonly signals: readonly Told[];
  /** Resolves when everything that was told before this call is forgotten. */
  forget(): Promise<void>;
};

/** A signal: of which service, and what it says as a line of text. */
export type Told = { readonly sender: string; readonly line: string };

export type Played = {
  readonly same: number;
  readonly allowed: number;
  /** What differs, for people. */
  readonly findings: readonly string[];
  /** What was needed of the differences. */
  readonly used: ReadonlySet<Difference | Rule>;
};

type Call = TraceStep & { readonly kind: 'call' };
type Signal = TraceStep & { readonly kind: 'signal' };

/** Until then a question may get another answer than the recorded one, and a signal may be missing. */
const PATIENCE_MS = 30_000;
const POLL_MS = 25;

/** Who forwards what the backends tell. */
const LOG = '~.log';

/** What has been forwarded before does not come behind it. */
const isLastWord = ({ member, args }: Call): boolean =>
  member === '~.sessions.LogForward' && args === '[False]';

/** Asking these again changes nothing. */
const isQuestion = (member: string): boolean =>
  /\.(?:Get|GetAll|Lookup\w+|FetchAvailable\w+|UserInputQueue(?:GetTypeGroup|Check|Fetch))$/.test(member);

/** Makes the calls of a trace in its order, two at a time where it did, and compares what comes of it. */
export async function replay(
  stage: Stage,
  { name, user, steps }: Trace,
  differences: readonly Difference[],
): Promise<Played> {
  const expectation = createExpectation(name, differences);
  const answers = new Map<number, readonly [Call, Promise<Answer>]>();
  const signals: Signal[] = [];
  const findings: string[] = [];
  let same = 0;
  for (const step of steps) {
    if (step.kind !== 'reply' && expectation.isLeftOut(step)) continue;
    if (step.kind === 'signal') {
      signals.push(step);
    } else if (step.kind === 'call') {
      if (expectation.forgets(step)) {
        signals.length = 0;
        await stage.forget();
      }
      if (isLastWord(step)) {
        const forwarded = signals.filter(({ destination }) => destination === LOG);
        const lines = recordedLines(stage, createExpectation(name, differences), forwarded);
        await untilTold(() => toldLines(stage, expectation).filter(({ sender }) => sender === LOG), lines);
      }
      answers.set(step.id, [step, send(stage, await stage.busOf(step.by ?? user), step)]);
    } else {
      const [call, answer] = answers.get(step.call) ?? [];
      if (call === undefined || answer === undefined) continue;
      learn(stage.names, call, step.outcome, await answer);
      const finding = await compareReply(
        stage,
        await stage.busOf(call.by ?? user),
        expectation,
        call,
        await answer,
        step.outcome,
      );
      if (finding === undefined) same++;
      else findings.push(finding);
    }
  }
  const told = await compareSignals(stage, expectation, signals);
  return {
    same: same + told.same,
    allowed: expectation.allowed(),
    findings: [...findings, ...told.findings].map(finding => `${name} [${user}]: ${finding}`),
    used: expectation.used,
  };
}

async function send({ names, profileOf }: Stage, bus: Bus, call: Call): Promise<Answer> {
  const [, name = ''] = /^\['(.*?)', /.exec(call.args) ?? [];
  const profile = call.member.endsWith('.Import') ? await profileOf(name) : '';
  return ask(bus, busCall({ ...call, path: names.toOurs(call.path) }, names.toOurs(call.args), profile));
}

/** What is made by a call has a path of its own there, and another here. */
function learn(names: ObjectNames, { member }: Call, outcome: string, answer: Answer): void {
  const [, recorded] = /^OK \['(.*)'\]$/.exec(outcome) ?? [];
  if (recorded === undefined || 'error' in answer) return;
  const [ours] = answer.ok;
  if (member.endsWith('.Import')) names.learn('configuration', recorded, String(ours));
  if (member.endsWith('.NewTunnel')) names.learn('session', recorded, String(ours));
}

/** What differs; `undefined` for nothing. A question is asked until its answer is the recorded one. */
async function compareReply(
  stage: Stage,
  bus: Bus,
  expectation: Expectation,
  call: Call,
  answer: Answer,
  outcome: string,
): Promise<string | undefined> {
  const { names } = stage;
  const question = names.recorded(`${call.path} ${call.member} ${call.args}`);
  const [line = ''] = expectation.expected(maskedLine(`${question} -> ${names.recorded(outcome)}`), call.at);
  const lineOf = (each: Answer) => maskedLine(`${question} -> ${names.ours(outcomeOf(each))}`);
  let got = lineOf(answer);
  const due = Date.now() + PATIENCE_MS;
  while (!says(got, line) && isQuestion(call.member) && Date.now() < due) {
    await sleep(POLL_MS);
    got = lineOf(await send(stage, bus, call));
  }
  return says(got, line) ? undefined : `${got}\n  and not ${line}`;
}

const outcomeOf = (answer: Answer): string =>
  'ok' in answer ? `OK ${pythonRepr(answer.ok)}` : `ERROR ${answer.error} ${pythonRepr([answer.message])}`;

const steady = (expectation: Expectation, all: readonly Told[]): Told[] =>
  all.filter(({ line }) => !expectation.isUnsteady(line));

/** What ours have to tell where this was recorded. */
const recordedLines = ({ names }: Stage, expectation: Expectation, recorded: readonly Signal[]): Told[] =>
  steady(
    expectation,
    recorded
      .filter(({ member, args }) => !isOfTheDaemon(`${member} ${args}`))
      .flatMap(({ at, destination: sender, path, member, args }) =>
        expectation
          .expected(maskedLine(names.recorded(`${path} ${member} ${args}`)), at)
          .map((line): Told => ({ sender, line })),
      ),
  );

const toldLines = ({ names, signals }: Stage, expectation: Expectation): Told[] =>
  steady(
    expectation,
    signals.map(({ sender, line }) => ({ sender, line: maskedLine(names.ours(line)) })),
  );

/** Resolves when as many are told, or when they are late. */
async function untilTold(told: () => readonly Told[], expected: readonly Told[]): Promise<void> {
  for (const due = Date.now() + PATIENCE_MS; Date.now() < due; await sleep(POLL_MS))
    if (told().length >= expected.length) return;
}

/** Those of each service in their order: two of them keep none. */
async function compareSignals(
  stage: Stage,
  expectation: Expectation,
  recorded: readonly Signal[],
): Promise<{ readonly same: number; readonly findings: readonly string[] }> {
  const expected = recordedLines(stage, expectation, recorded);
  await untilTold(() => toldLines(stage, expectation), expected);
  const got = toldLines(stage, expectation);
  const compared = [...new Set([...expected, ...got].map(({ sender }) => sender))].map(sender => {
    const of = (all: readonly Told[]) => all.filter(each => each.sender === sender).map(({ line }) => line);
    return compareSequences(of(expected), of(got));
  });
  return {
    same: compared.reduce((sum, each) => sum + each.same, 0),
    findings: compared.flatMap(({ findings }) => findings.map(finding => JSON.stringify(finding))),
  };
}
