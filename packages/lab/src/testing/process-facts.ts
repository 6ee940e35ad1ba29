// What the kernel says of a process. Everything throws, or is left out of a list, when the process is gone.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

export type ProcessFacts = {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly uid: number;
  readonly workingDirectory: string;
  readonly commandLine: readonly string[];
  readonly environment: readonly string[];
  /** What its descriptors are, by their number. */
  readonly openFiles: ReadonlyMap<number, string>;
  /** CapEff and CapBnd, as bits. */
  readonly effectiveCapabilities: bigint;
  readonly boundingCapabilities: bigint;
  readonly rssBytes: number;
  /** RSS with shared pages divided among those who share them. */
  readonly pssBytes: number;
};

export function processFacts(pid: number): ProcessFacts {
  const folder = `/proc/${pid}`;
  const read = (name: string) => readFileSync(`${folder}/${name}`, 'utf8');
  const list = (name: string) => read(name).split('\0').slice(0, -1);
  const status = read('status');
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  const memory = read('smaps_rollup');
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(memory)?.[1] ?? 0) * 1024;
  const [, parent, , session] = statFields(pid);
  return {
    pid,
    parent: Number(parent),
    session: Number(session),
    uid: uidOf(pid),
    workingDirectory: readlinkSync(`${folder}/cwd`),
    commandLine: list('cmdline'),
    environment: list('environ'),
    openFiles: new Map(
      readdirSync(`${folder}/fd`).flatMap((name): [number, string][] => {
        try {
          return [[Number(name), readlinkSync(`${folder}/fd/${name}`)]];
        } catch {
          return [];
        }
      }),
    ),
    effectiveCapabilities: BigInt(`0x${field('CapEff')}`),
    boundingCapabilities: BigInt(`0x${field('CapBnd')}`),
    rssBytes: bytes('Rss'),
    pssBytes: bytes('Pss'),
  };
}

/** Whether it runs. A process that nobody has waited for runs no longer. */
export function isRunning(pid: number): boolean {
  try {
    return !['Z', 'X'].includes(statFields(pid)[0] ?? 'X');
  } catch {
    return false;
  }
}

/** The processes of one user in one network namespace, in the order of their ids. */
export function processesIn(namespace: string, uid: number): number[] {
  const { ino } = statSync(namespace);
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => {
      try {
        return pid > 0 && statSync(`/proc/${pid}/ns/net`).ino === ino && uidOf(pid) === uid;
      } catch {
        return false;
      }
    })
    .sort((a, b) => a - b);
}

// The owner of the folder in /proc would be simpler, but it is root for a process that has gained a capability.
const uidOf = (pid: number): number =>
  Number(/^Uid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** State, parent, process group, session and so on; the name before them may hold anything. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
