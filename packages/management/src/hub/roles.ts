/** What a program may do that connects to a listener of the hub; each role includes nothing but what it lists. */
export const roles = ['monitor', 'operator', 'auth', 'admin'] as const;
export type Role = (typeof roles)[number];

const reading = [
  'help',
  'version',
  'pid',
  'state',
  'log',
  'echo',
  'bytecount',
  'status',
  'load-stats',
  'nclients',
  'net',
];
const quiet = ['env-filter', 'exit', 'quit', 'hub-status', 'remote-entry-count', 'remote-entry-get'];
const ending = ['kill', 'client-kill'];
const deciding = ['client-auth', 'client-auth-nt', 'client-deny', 'client-pending-auth', 'client-pf'];

/** The commands of each role; `admin` may do everything, also what is not known here. */
const allowed: Readonly<Record<Exclude<Role, 'admin'>, ReadonlySet<string>>> = {
  monitor: new Set([...reading, ...quiet]),
  operator: new Set([...reading, ...quiet, ...ending]),
  auth: new Set([...reading, ...quiet, ...ending, ...deciding]),
};

/** Commands that only tell when they have no parameter, and change the daemon for everybody when they have one. */
const asking: ReadonlySet<string> = new Set(['verb', 'mute', 'hold', 'auth-retry']);

/** Whether a program of this role may send this command, given as its words. */
export function mayRun(role: Role, words: readonly string[]): boolean {
  const [verb = '', ...parameters] = words;
  if (role === 'admin' || allowed[role].has(verb)) return true;
  return asking.has(verb) && parameters.length === 0;
}

/** Whether a program of this role is shown passwords, tokens and answers to challenges. */
export function seesSecrets(role: Role): boolean {
  return role === 'auth';
}
