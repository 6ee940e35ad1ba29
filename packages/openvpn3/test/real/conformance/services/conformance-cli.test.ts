// Our services against the recordings of the deployed ones: the calls of a front end, in their order, and what came.
import { deepEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import Table from 'cli-table3';
import { skip } from '../../test-bed.ts';
import { prepare } from './between.ts';
import { differences, partsOf } from './differences.ts';
import { notPlayed, reasonNotToPlay } from './not-played.ts';
import { parseTraces } from './parse-trace.ts';
import { type Played, replay } from './replay.ts';
import { openStage } from './stage.ts';

const folder = new URL('../../../recordings/cli/', import.meta.url);
const recordings = readdirSync(folder)
  .map(file => file.replace(/\.txt$/, ''))
  .sort();
/** Why each of what may differ may. */
const reasons = partsOf(differences);
/** In the order in which they were recorded: each begins where the one before has ended. */
const traces = recordings
  .filter(name => reasonNotToPlay(name) === undefined)
  .flatMap(name => parseTraces(name, readFileSync(new URL(`${name}.txt`, folder), 'utf8')))
  .sort((a, b) => Number(a.serial) - Number(b.serial));

test('answers a front end what the deployed services were recorded answering it', { skip }, async t => {
  const stage = await openStage(t);
  const rows = new Map<string, Played>();
  for (const trace of traces) {
    await prepare(stage, trace);
    await stage.forget();
    rows.set(trace.name, await replay(stage, trace, differences));
  }
  print(rows);
  deepEqual(
    [...rows.values()].flatMap(({ findings }) => findings),
    [],
  );
  const used = new Set([...rows.values()].flatMap(row => [...row.used]));
  const unused = [...reasons].filter(([part]) => !used.has(part));
  deepEqual(unused, [], 'what is allowed happens');
});

test('every recording of a command is played, or says why not', () => {
  const silent = recordings.filter(
    name => reasonNotToPlay(name) === undefined && !traces.some(trace => trace.name === name),
  );
  deepEqual(silent, []);
  deepEqual(
    Object.keys(notPlayed).filter(name => !recordings.some(recording => recording.startsWith(name))),
    [],
  );
  deepEqual(
    traces.filter(({ serial }) => serial === undefined).map(({ name }) => name),
    [],
  );
});

function print(rows: ReadonlyMap<string, Played>): void {
  const sentences = [...new Set(reasons.values())];
  const numbersOf = ({ used }: Played) =>
    [...new Set([...used].map(part => sentences.indexOf(reasons.get(part) ?? '') + 1))]
      .sort((a, b) => a - b)
      .join(' ');
  const head = ['recording', 'same', 'allowed', 'differs', 'why it may'];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const [name, row] of rows)
    table.push([name, row.same, row.allowed, row.findings.length, numbersOf(row)]);
  for (const name of recordings) {
    const why = reasonNotToPlay(name);
    if (why !== undefined) table.push([name, '', '', '', why]);
  }
  console.log(table.toString());
  for (const [index, why] of sentences.entries()) console.log(`${index + 1}: ${why}`);
}
