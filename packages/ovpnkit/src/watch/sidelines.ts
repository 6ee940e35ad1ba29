import { shorten } from '../output/cut.ts';
import { printable } from '../output/printable.ts';
import { formatCount, formatWhen } from '../output/quantity.ts';
import { describe, logTone, styleTone } from './happening.ts';
import { wrapNote } from './help-page.ts';
import type { WatchModel } from './model.ts';
import type { Frame } from './view.ts';

/** With fewer lines than this there is no log beside what has happened. */
const leastWithLog = 10;
/** How many rows of a status that cannot be read are shown. */
const mostMalformed = 3;

/** What stands below the clients: unreadable rows, notes that fit whole, the latest that happened, the log. */
export function sidelines(model: WatchModel, frame: Frame, isScarce: boolean): string[] {
  const lines = unreadable(model, frame).slice(0, frame.rows);
  for (const note of frame.notes) {
    const block = inBlock(undefined, wrapNote(note, frame.columns), isScarce);
    if (lines.length + block.length <= frame.rows) lines.push(...block);
  }
  const rest = frame.rows - lines.length;
  const log = rest < leastWithLog ? 0 : model.log.length;
  const recent = latest(
    model.recent.length,
    Math.max(Math.ceil(rest / 2), rest - (log > 0 ? log + 2 : 0)),
    isScarce,
  );
  if (recent > 0) lines.push(...inBlock('recent', happenings(model, frame, recent), isScarce, frame));
  const left = latest(log, frame.rows - lines.length, isScarce);
  if (left > 0) lines.push(...inBlock('log', logLines(model, frame, left), isScarce, frame));
  return lines;
}

/** How many lines it would like to have. */
export function sidelinesLength({ status, recent, log }: WatchModel, { notes, columns }: Frame): number {
  const blocks = [
    Math.min(status?.malformed.length ?? 0, mostMalformed),
    ...notes.map(note => wrapNote(note, columns).length),
    ...[recent.length, log.length].map(length => (length > 0 ? length + 1 : 0)),
  ];
  return blocks.reduce((sum, length) => sum + (length > 0 ? length + 1 : 0), 0);
}

/** How many of so many lines fit below their title. */
const latest = (length: number, rows: number, isScarce: boolean): number =>
  Math.max(0, Math.min(length, isScarce ? rows : rows - 2));

function inBlock(
  title: string | undefined,
  lines: readonly string[],
  isScarce: boolean,
  frame?: Frame,
): string[] {
  if (isScarce) return [...lines];
  return ['', ...(title === undefined || !frame ? [] : [frame.style('bold', title)]), ...lines];
}

function unreadable({ status }: WatchModel, { columns, style }: Frame): string[] {
  const rows = status?.malformed ?? [];
  if (rows.length === 0) return [];
  const what = `${formatCount(rows.length, 'row')} of the daemon's answer cannot be read with certainty:`;
  return [
    style('yellow', shorten(what, columns)),
    ...rows.slice(0, mostMalformed).map(row => shorten(`  ${printable(row)}`, columns)),
  ];
}

const happenings = ({ recent }: WatchModel, { columns, now, style }: Frame, most: number): string[] =>
  recent.slice(-most).map(happening => {
    const { text, tone } = describe(happening);
    return styleTone(tone, shorten(`${formatWhen(happening.at, now)} ${text}`, columns), style);
  });

const logLines = ({ log }: WatchModel, { columns, now, style }: Frame, most: number): string[] =>
  log.slice(-most).map(message => {
    const line = `${formatWhen(message.time, now)} ${printable(message.text)}`;
    return styleTone(logTone(message), shorten(line, columns), style);
  });
