// Our backend process against the recordings of the deployed one: the same calls to both, what they do compared.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skip } from '@ovpnkit/lab/testing';
import { glibError } from '@ovpnkit/openvpn3';
import Table from 'cli-table3';
import { openTestBed } from '../../test-bed.ts';
import { compare, type Finding } from './compare.ts';
import { allowances } from './differences.ts';
import { drive } from './drive.ts';
import { expectationOf, type Rule, type Unsteady, unsteadyOf } from './expectation.ts';
import { maskedLine } from './masked.ts';
import { configurationOf, profileText } from './profiles.ts';
import type { Step } from './recording.ts';
import { type Recording, readRecordings } from './recordings.ts';
import { type Stage, setStage } from './stage.ts';

const PARALLEL = 4;

type Row = {
  readonly name: string;
  readonly same: number;
  readonly allowed: number;
  readonly differs: number;
  readonly used: ReadonlySet<Rule | Unsteady>;
};

const { differences, unsteady } = allowances;
/** Why each of what may differ may. */
const reasons = new Map<Rule | Unsteady, string>([
  ...differences.flatMap(({ rules, why }) => rules.map((rule): [Rule, string] => [rule, why])),
  ...unsteady.map((each): [Unsteady, string] => [each, each.why]),
]);

/** Why a recording says nothing about what our process does; `undefined` when it does. */
function inapplicable({ name, steps }: Recording): string | undefined {
  if (name === 'probes/latency') return 'figures only; the calls are those of other recordings';
  if (name.startsWith('scenarios/stub-'))
    return 'a stand-in backend under the deployed front end: fixes the error form';
  return steps.length === 0 ? 'no backend process takes part' : undefined;
}

/** What happens to the session manager, or on the server, would happen to others on the same bed. */
const isAlone = ({ steps }: Recording): boolean =>
  steps.some(({ kind }) => kind === 'release' || kind === 'admit');

const describeFinding = (finding: Finding): string => {
  switch (finding.type) {
    case 'reply':
      return `replied  ${finding.got}\n  and not ${finding.expected}`;
    case 'missing':
      return `missing: ${finding.line}\n  behind ${finding.behind}`;
    case 'unexpected':
      return `too much: ${finding.line}\n  behind ${finding.behind}`;
    case 'late':
      return `behind the reply to ${finding.reply} and not before: ${finding.line}`;
  }
};

/** The signals that go to both. */
const spoken = (steps: readonly Step[]): string[] =>
  steps.flatMap(step => {
    const line =
      step.kind === 'signal' && step.member !== 'RegistrationRequest' ? maskedLine(step) : undefined;
    return line ?? [];
  });

async function play(stage: Stage, client: number, recording: Recording): Promise<[Row, string[]]> {
  const { bed } = stage;
  const { name, steps } = recording;
  const configuration = configurationOf(recording);
  const text = await profileText(bed.server, configuration, client);
  const expectation = expectationOf(name, steps, allowances);
  const driven = await drive(
    {
      stage,
      client,
      configuration: bed.configurations.register(text, { name: configuration }),
      mayConfigureNetwork: name !== 'scenarios/tun-denied',
      // The password of that recording is this user's.
      ...(name === 'probes/nonascii' ? { username: 'utf8' } : {}),
    },
    steps,
    expectation.lines,
  );
  const { same, findings } = compare(steps, expectation, driven.steps, allowances);
  // To a session manager without its name nothing is sent.
  if (!steps.some(({ kind }) => kind === 'release')) {
    assert.deepEqual(spoken(driven.logged), spoken(driven.steps), 'the log service gets the same signals');
  }
  const used = new Set([...expectation.used, ...unsteadyOf(driven.steps, allowances)]);
  const row = { name, same, allowed: expectation.applied, differs: findings.length, used };
  return [row, findings.map(describeFinding)];
}

test('does what the deployed program was recorded doing', { skip, concurrency: PARALLEL }, async t => {
  const recordings = await readRecordings();
  const rows: Row[] = [];
  const played = recordings.filter(recording => inapplicable(recording) === undefined);
  const shared = await setStage(await openTestBed(t, { server: { clients: played.length } }));
  await Promise.all(
    played.map((recording, index) =>
      t.test(recording.name, async each => {
        const alone = isAlone(recording);
        const stage = alone ? await setStage(await openTestBed(each)) : shared;
        const [row, findings] = await play(stage, alone ? 0 : index, recording);
        rows.push(row);
        assert.deepEqual(findings, []);
      }),
    ),
  );
  // A recording that was not played to its end says nothing of what it needs.
  const complete = rows.length === played.length;
  await t.test('differs in nothing that is allowed and does not happen', { skip: !complete }, () => {
    const unused = [...reasons.keys()].filter(each => !rows.some(({ used }) => used.has(each)));
    assert.deepEqual(unused, []);
  });
  print(recordings, rows);
});

test('the deployed front end asks for credentials only when an error has the form that ours have', async () => {
  const recordings = await readRecordings();
  const asks = recordings
    .filter(({ name }) => name.startsWith('scenarios/stub-'))
    .map(({ name, cli }) => [name, cli.includes('Auth User name: ')]);
  assert.deepEqual(asks, [
    ['scenarios/stub-glib', true],
    ['scenarios/stub-namedonly', false],
    ['scenarios/stub-plain', false],
    ['scenarios/stub-prefixed', true],
  ]);
  const { errorName, message } = glibError('ready', 'Missing user credentials');
  assert.equal(message, 'GDBus.Error:net.openvpn.v3.error.ready: Missing user credentials');
  assert.equal(errorName, 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2ev3_2eerror_2eready.Code36');
});

function print(recordings: readonly Recording[], rows: readonly Row[]): void {
  const sentences = [...new Set(reasons.values())];
  const numbersOf = ({ used }: Row) =>
    new Set([...used].map(each => sentences.indexOf(reasons.get(each) ?? '') + 1));
  const head = ['recording', 'same', 'allowed', 'differs', 'why it may'];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const recording of recordings) {
    const row = rows.find(({ name }) => name === recording.name);
    table.push(
      row === undefined
        ? [recording.name, '', '', '', inapplicable(recording) ?? 'did not run to its end']
        : [row.name, row.same, row.allowed, row.differs, [...numbersOf(row)].sort((a, b) => a - b).join(' ')],
    );
  }
  console.log(table.toString());
  for (const [index, why] of sentences.entries()) console.log(`${index + 1}: ${why}`);
}
