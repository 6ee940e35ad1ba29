import { cells, shorten, wrap } from '../output/cut.ts';
import { joinParts, type Part } from '../output/parts.ts';
import { printable } from '../output/printable.ts';
import { formatBytes, formatCount, formatDuration } from '../output/quantity.ts';
import type { Style } from '../output/style.ts';
import type { WatchModel } from './model.ts';
import { formatRate, totalsOf } from './summary.ts';

/** How much room there is. */
export type Size = { readonly columns: number; readonly rows: number };

/** Which daemon this is, how it is and what it carries: three lines, and more for what is wrong. */
export function watchHeader(model: WatchModel, size: Size, now: Date, style: Style): string[] {
  const { columns } = size;
  return [
    title(model.address, columns),
    joinParts(facts(model, now, style), columns),
    ...(model.answered ? [joinParts(flow(model), columns)] : []),
    ...troubles(model, size, now, style),
  ];
}

const hints = ['? keys  q quits', 'q quits'] as const;

/** The address on the left, which key tells the other keys on the right. */
function title(text: string, columns: number): string {
  const address = printable(text);
  const hint = hints.find(each => columns - each.length >= 20);
  if (hint === undefined) return shortenAddress(address, columns);
  const left = shortenAddress(address, columns - hint.length - 2);
  return `${left}${' '.repeat(columns - hint.length - cells(left))}${hint}`;
}

/** The last names of a path tell most of it. */
function shortenAddress(address: string, columns: number): string {
  if (cells(address) <= columns) return address;
  const names = address.split('/');
  const ends = names.map((_, index) => `…/${names.slice(index).join('/')}`).slice(1);
  return ends.find(end => cells(end) <= columns) ?? shorten(names.at(-1) ?? address, columns);
}

function facts({ release, state, status, pid, written }: WatchModel, now: Date, style: Style): Part[] {
  const version = printable(/^OpenVPN \S+/.exec(release ?? '')?.[0] ?? 'OpenVPN');
  const daemon: Part[] = [
    { spellings: [[version, 6]], paint: text => style('bold', text) },
    part(status && status.mode !== 'unknown' ? status.mode : state?.mode, 3),
  ];
  const process = part(pid === undefined ? undefined : `process ${pid}`, 1);
  const age = part(written && `written ${formatDuration(now.getTime() - written.getTime())} ago`, 5);
  if (!state) return [...daemon, age, process];
  const { name, description, upSince, localVirtualIpv4, localVirtualIpv6 } = state;
  const { remotePort = state.remoteService } = state;
  const remote = state.remoteAddress ?? state.remoteName;
  const port = remotePort === undefined ? '' : ` port ${remotePort}`;
  const whole = printable(`${name} ${description}`.trimEnd());
  const isConnected = name === 'CONNECTED';
  return [
    ...daemon,
    {
      // That it was a success needs no word, why it reconnects does.
      spellings: [
        ...(description === '' ? [] : [[whole, isConnected ? 4 : 6.5] as const]),
        [printable(name), 7],
      ],
      paint: text => style(isConnected ? 'green' : 'yellow', text),
    },
    part(upSince && `up ${formatDuration(now.getTime() - upSince.getTime())}`, 5),
    part(localVirtualIpv4?.toString(), 4.5),
    part(localVirtualIpv6?.toString(), 0),
    part(remote && printable(`to ${remote}${port}`), 2),
    process,
  ];
}

function flow(model: WatchModel): Part[] {
  const { received, sent, rates } = totalsOf(model);
  const isServer = model.status?.mode === 'server';
  return [
    part(isServer ? formatCount(model.clients.all.length, 'client') : undefined, 3),
    part(`in ${formatRate(rates?.received)}`, 5),
    part(`out ${formatRate(rates?.sent)}`, 4),
    part(`received ${formatBytes(received)}  sent ${formatBytes(sent)}`, 2),
  ];
}

const part = (text: string | undefined, rank: number): Part => ({ spellings: [[text ?? '', rank]] });

/** What is wrong, and what the daemon waits for. */
function troubles(
  { presence, question, answered, status }: WatchModel,
  { columns, rows }: Size,
  now: Date,
  style: Style,
): string[] {
  const since = (from: Date): string => formatDuration(now.getTime() - from.getTime());
  const most = Math.max(1, Math.floor(rows / 8));
  const tell = (format: Parameters<Style>[0], text: string): string[] =>
    wrap(printable(text), columns, most).map(line => style(format, line));
  const lines: string[] = [];
  if (presence.type === 'silent')
    lines.push(...tell('red', `it has not answered for ${since(presence.since)}`));
  if (presence.type === 'away') {
    const tries = presence.attempts > 0 ? `, ${formatCount(presence.attempts, 'attempt')} to reach it` : '';
    lines.push(...tell(['red', 'bold'], `away for ${since(presence.since)}${tries}: ${presence.problem}`));
  }
  if (status && !status.complete)
    lines.push(...tell('yellow', `its status is not complete: ${status.problem}`));
  if (question !== undefined) lines.push(...tell('yellow', `it waits: ${question}`));
  if (!answered) lines.push(...tell('yellow', "waiting for the daemon's first answer …"));
  else if (status === undefined && question === undefined)
    lines.push(...tell('yellow', 'it tells nothing of its traffic yet'));
  return lines;
}
