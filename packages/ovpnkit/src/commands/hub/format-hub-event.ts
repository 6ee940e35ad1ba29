import type { HubEvent } from '@ovpnkit/management/hub';
import { printable } from '../../output/printable.ts';
import { formatBytes, formatCount } from '../../output/quantity.ts';

/** What the hub did or saw, in one line. */
export function formatHubEvent(event: HubEvent): string {
  switch (event.type) {
    case 'session-start': {
      const from = event.peer === undefined ? '' : ` from ${printable(event.peer)}`;
      return `session ${event.id}: connected at ${printable(event.listener)}${from} (role ${event.role})`;
    }
    case 'session-end': {
      const counts = [
        formatCount(event.commands, 'command'),
        `${formatBytes(event.bytesSent)} sent`,
        ...(event.dropped > 0 ? [`${event.dropped} dropped`] : []),
      ];
      const problem = event.problem === undefined ? '' : `: ${printable(event.problem)}`;
      return `session ${event.id}: ended after ${counts.join(', ')}${problem}`;
    }
    case 'turned-away':
      return `${printable(event.listener)}: turned a program away: ${printable(event.problem)}`;
    case 'refused':
      return `session ${event.id}: refused ${printable(event.command)}: ${printable(event.problem)}`;
    case 'command':
      return `session ${event.id}: ${printable(event.command)}: ${event.accepted ? 'done' : 'the daemon refused it'}`;
    case 'lease':
      return event.id === undefined
        ? 'nobody decides about clients'
        : `session ${event.id} decides about clients`;
    case 'denied':
      return `client ${event.cid} (key ${event.kid}): turned away for now, because nobody decides`;
    case 'upstream-down':
      return `daemon: gone: ${printable(event.problem)}`;
    case 'upstream-up':
      return 'daemon: back';
    case 'not-serving':
      return `daemon: back, but the hub cannot serve yet: ${printable(event.problem)}`;
  }
}
