import { printable } from '../output/printable.ts';
import { formatCount, formatDuration } from '../output/quantity.ts';
import type { Style } from '../output/style.ts';
import type { WatchModel } from './model.ts';

/** Which daemon this is and how it is: two lines, and one more for each thing that is wrong. */
export function watchHeader(model: WatchModel, now: Date, style: Style): string[] {
  const lines = [`${printable(model.address)}  (q quits)`, facts(model, now, style)];
  const since = (from: Date): string => formatDuration(now.getTime() - from.getTime());
  const { presence, question } = model;
  switch (presence.type) {
    case 'here':
      break;
    case 'silent':
      lines.push(style('red', `it has not answered for ${since(presence.since)}`));
      break;
    case 'away': {
      const tries = presence.attempts > 0 ? `, ${formatCount(presence.attempts, 'attempt')} to reach it` : '';
      const problem = printable(presence.problem);
      lines.push(style(['red', 'bold'], `away for ${since(presence.since)}${tries}: ${problem}`));
    }
  }
  if (question !== undefined) lines.push(style('yellow', `it waits: ${printable(question)}`));
  return lines;
}

function facts({ release, state, status, pid }: WatchModel, now: Date, style: Style): string {
  const version = /^OpenVPN \S+/.exec(release ?? '')?.[0] ?? 'OpenVPN';
  const parts = [style('bold', printable(version)), status?.mode ?? state?.mode];
  if (state) {
    const { name, description, upSince, remoteAddress, remotePort } = state;
    const tunnel = [state.localVirtualIpv4, state.localVirtualIpv6];
    parts.push(
      style(name === 'CONNECTED' ? 'green' : 'yellow', printable(`${name} ${description}`.trimEnd())),
      upSince && `up ${formatDuration(now.getTime() - upSince.getTime())}`,
      tunnel.filter(address => address !== undefined).join(' '),
      remoteAddress && `to ${remoteAddress}${remotePort === undefined ? '' : ` port ${remotePort}`}`,
    );
  }
  if (pid !== undefined) parts.push(`process ${pid}`);
  return parts.filter(Boolean).join('  ');
}
