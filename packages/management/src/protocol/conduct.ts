import type { Command } from './command.ts';
import { isAtLeast } from './version.ts';

/** What daemons do differently from version to version and do not say themselves. */
export type Conduct = {
  /** What `version n` is answered with: the block of `version`, nothing, or a status line for n of 4 and more. */
  readonly versionAnswer: 'block' | 'none' | 'status';
  /** The key of a client's first authentication. */
  readonly firstKid: 0 | 1;
  /** A daemon that is held says nothing to SIGUSR1 and SIGHUP but HOLD once more. Later ones say an error before that. */
  readonly silentSignal: boolean;
  /** What `client-pending-auth` names the client by; `undefined` where the command is not known. */
  readonly pendingAuth: 'cid' | 'cid and kid' | undefined;
  /** How `kill` wants the address of a client, and what it takes for the end of a common name. */
  readonly killAddress: 'ip:port' | 'protocol:ip:port';
  readonly clientPf: boolean;
  /** A password of more than 255 bytes, in a body, from programs that announced version 5. */
  readonly longPasswords: boolean;
};

type Row = {
  readonly since: readonly [major: number, minor: number, patch: number];
  /** The number of the greeting. */
  readonly greeting: number;
  readonly change: Partial<Conduct>;
};

const oldest: Conduct = {
  versionAnswer: 'block',
  firstKid: 0,
  silentSignal: true,
  pendingAuth: undefined,
  killAddress: 'ip:port',
  clientPf: true,
  longPasswords: false,
};

/** From version to version, what changed. 2.3 and 2.4 differ in nothing of this. */
const rows: readonly Row[] = [
  { since: [2, 5, 0], greeting: 3, change: { versionAnswer: 'none', pendingAuth: 'cid' } },
  { since: [2, 6, 0], greeting: 4, change: { silentSignal: false, clientPf: false } },
  // That KIDs begin at 1 was measured on 2.6.14; what 2.6.0 and 2.6.1 do is not known, so a 0 is passed on there.
  { since: [2, 6, 2], greeting: 5, change: { pendingAuth: 'cid and kid', firstKid: 1 } },
  { since: [2, 7, 0], greeting: 5, change: { killAddress: 'protocol:ip:port' } },
  { since: [2, 7, 1], greeting: 5, change: { versionAnswer: 'status' } },
  { since: [2, 7, 2], greeting: 6, change: { longPasswords: true } },
];

/**
 * The conduct of the daemon that greets with this number, and of this release (`2.6.14`) where that is known. A greeting
 * that several versions share gives what the first of them does, unless the release says more. 2.3 and 2.4 share one and differ in
 * nothing here; 2.6 shares one with 2.7.0 and 2.7.1.
 */
export function conductOf(greeting: number, release?: string): Conduct {
  const applies = ({ since, greeting: number }: Row, index: number): boolean => {
    if (number !== greeting) return number < greeting;
    const isFirst = rows[index - 1]?.greeting !== number;
    return isFirst || (release !== undefined && isAtLeast(release, ...since));
  };
  return Object.assign({}, oldest, ...rows.filter(applies).map(({ change }) => change));
}

/** The command with the reply that this daemon gives to it, where the greeting decides that. */
export function asAnsweredBy(greeting: number, command: Command): Command {
  return command.words[0] === 'signal' && conductOf(greeting).silentSignal
    ? { ...command, shape: ['signal'] }
    : command;
}
