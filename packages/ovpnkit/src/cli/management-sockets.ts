import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The sockets that look like management sockets, by their paths, sorted. */
export type ManagementSockets = {
  /** Those that daemons listen at. */
  readonly daemons: readonly string[];
  /** Those that hubs listen at. */
  readonly hubs: readonly string[];
  /** Folders that may have some, which this user may not read. */
  readonly unreadable: readonly string[];
};

/**
 * Looks for the sockets of daemons in `/run/openvpn*`, one folder deep, and for those of hubs in `/run/ovpnkit`. Only file
 * names and types are looked at, and what the kernel lists: a daemon grants one connection, which a look must not take
 * away from anybody. So it stays unknown whether a daemon still lives behind a socket, or a program waits there for one.
 */
export function findManagementSockets(run = '/run', listed = '/proc/net/unix'): ManagementSockets {
  const unreadable: string[] = [];
  const other = otherSockets(listed);
  const list = (folder: string): Dirent[] => {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') unreadable.push(folder);
      return [];
    }
  };
  const socketsIn = (folder: string, depth: number): string[] =>
    list(folder).flatMap(entry => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return depth > 0 ? socketsIn(path, depth - 1) : [];
      return isSocket(path) && !other.has(path) ? [path] : [];
    });
  const folders = list(run).filter(entry => entry.isDirectory() && entry.name.startsWith('openvpn'));
  return {
    daemons: folders.flatMap(({ name }) => socketsIn(join(run, name), 1)).sort(),
    hubs: socketsIn(join(run, 'ovpnkit'), 0).sort(),
    unreadable,
  };
}

/** What a program connects to: of a daemon whose hub has a socket of the same name, only the hub's, for it is taken. */
export function reachable({ daemons, hubs }: ManagementSockets): string[] {
  const shared = new Set(hubs.map(path => basename(path)));
  return [...hubs, ...daemons.filter(path => !shared.has(basename(path)))];
}

/** A listing has the type of what lies below, where a socket is mounted into a container. */
function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return false; // it is gone, or hidden from this user
  }
}

const LISTENS = 0x10000;
const STREAM = 1;

/** The paths of sockets that are known not to listen for streams: those of datagrams, and of programs that connect. */
function otherSockets(listed: string): Set<string> {
  const listening = new Set<string>();
  const other = new Set<string>();
  for (const line of readLines(listed)) {
    const [, flags = '', type = '', path] = /^\S+: \S+ \S+ (\S+) (\S+) \S+ +\d+ (\/.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    const listens = (Number.parseInt(flags, 16) & LISTENS) !== 0 && Number.parseInt(type, 16) === STREAM;
    (listens ? listening : other).add(path);
  }
  return new Set([...other].filter(path => !listening.has(path)));
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return []; // no Linux: nothing is known of any socket
  }
}
