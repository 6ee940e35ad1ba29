import { cut, wrap } from '../output/cut.ts';
import { printable } from '../output/printable.ts';
import { formatBytes, formatClock, formatCount } from '../output/quantity.ts';
import type { Style } from '../output/style.ts';
import { reportMalformed } from '../status/status-report.ts';
import { clientTable } from './client-table.ts';
import { describe, logTone, styleTone } from './happening.ts';
import { watchHeader } from './header.ts';
import type { WatchModel } from './model.ts';
import { formatRate, totalsOf } from './summary.ts';

/** The screen that the model is drawn on. */
export type Frame = {
  readonly columns: number;
  readonly rows: number;
  readonly now: Date;
  /** Lines that stand above everything else. */
  readonly notes: readonly string[];
  readonly style: Style;
};

/** The model as the lines of one screen: at most `rows - 1` of them, none wider than `columns`. */
export function renderWatch(model: WatchModel, frame: Frame): string[] {
  const { columns, now, notes, style } = frame;
  const recent = model.recent.map(happening => {
    const { text, tone } = describe(happening);
    return styleTone(tone, `${formatClock(happening.at)} ${text}`, style);
  });
  const log = model.log.map(message =>
    styleTone(logTone(message), `${formatClock(message.time)} ${printable(message.text)}`, style),
  );

  const above = notes.flatMap(note => wrap(printable(note), columns));
  const lines = [...above, ...(above.length > 0 ? [''] : []), ...watchHeader(model, now, style)];
  const room = (): number => Math.max(0, frame.rows - 1 - lines.length);
  // The clients come first, but where there is room the latest that happened stays in sight.
  lines.push(...traffic(model, frame, Math.max(Math.ceil(room() * 0.6), room() - 14)));
  lines.push(...section('recent', recent, Math.max(Math.ceil(room() / 2), room() - log.length - 2), style));
  lines.push(...section('log', log, room(), style));
  return lines.slice(0, Math.max(0, frame.rows - 1)).map(line => cut(line, columns));
}

/** The clients of a server, or the counters of a client. */
function traffic(model: WatchModel, { columns, now, style }: Frame, room: number): string[] {
  const { status } = model;
  const { received, sent, rates } = totalsOf(model);
  const flow = `in ${formatRate(rates?.received)}, out ${formatRate(rates?.sent)}, received ${formatBytes(received)}, sent ${formatBytes(sent)}`;
  if (status === undefined || room < 3) return [];
  const malformed = reportMalformed(status.malformed, style);
  if (status.mode === 'client') {
    const counters = [...status.statistics].map(([name, value]) => `${printable(name)}: ${value}`);
    return ['', flow, ...counters, ...malformed].slice(0, room);
  }
  const clients = model.clients.all;
  const shown = clients.slice(0, Math.max(0, room - 3 - malformed.length));
  const more = clients.length - shown.length;
  const count = `${formatCount(clients.length, 'client')}${more > 0 ? ` (${more} more than fit here)` : ''}`;
  const table = shown.length > 0 ? clientTable(shown, columns, now, style) : [];
  return ['', ...table, `${count}, ${flow}`, ...malformed].slice(0, room);
}

/** A title and the last of these lines, below an empty one. */
function section(title: string, lines: readonly string[], room: number, style: Style): string[] {
  if (lines.length === 0 || room < 3) return [];
  return ['', style('bold', title), ...lines.slice(-(room - 2))];
}
