import type { Target } from '@ovpnkit/management';
import { printable } from '../output/printable.ts';
import { findManagementSockets, type ManagementSockets, reachable } from './management-sockets.ts';
import { UsageError } from './usage-error.ts';

/** Who is to be at the other end: a daemon or the hub in front of it, the daemon itself, or a hub. */
export type Peer = 'any' | 'daemon' | 'hub';

/** The only socket that there is, which it tells on stderr. Throws a UsageError that says what to do for none and several. */
export function chooseDaemon(peer: Peer): Target {
  const found = findManagementSockets();
  const paths = candidates(found, peer).map(path => `unix:${path}`);
  const [only] = paths;
  if (only === undefined) throw new UsageError(printable(nothingFound(found, peer)));
  if (paths.length > 1) {
    throw new UsageError(printable(`several are here: choose one with --management, of ${paths.join(', ')}`));
  }
  process.stderr.write(`ovpnkit: using ${printable(only)}, the only management socket here\n`);
  return { path: only.slice('unix:'.length) };
}

/** Where programs may connect, as --management has it. */
export const knownDaemons = (): string[] => reachable(findManagementSockets()).map(path => `unix:${path}`);

function candidates(found: ManagementSockets, peer: Peer): readonly string[] {
  switch (peer) {
    case 'any':
      return reachable(found);
    case 'daemon':
      return found.daemons;
    case 'hub':
      return found.hubs;
  }
}

function nothingFound({ unreadable }: ManagementSockets, peer: Peer): string {
  if (peer === 'hub') {
    return 'say where the hub is, with --management unix:/run/ovpnkit/server.sock or in OVPNKIT_MANAGEMENT';
  }
  const where =
    unreadable.length > 0
      ? `${unreadable.join(', ')} may be read by others only (try sudo)`
      : "no socket is in /run/openvpn* or /run/ovpnkit (add the line 'management /run/openvpn/server.sock unix' to the daemon's configuration)";
  return `say where the daemon is, for ${where}: with --management ADDRESS or in OVPNKIT_MANAGEMENT`;
}
