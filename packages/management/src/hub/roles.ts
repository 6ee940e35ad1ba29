/** What a program may do that connects to a listener of the hub. */
export const roles = ['monitor', 'operator', 'auth', 'admin'] as const;
export type Role = (typeof roles)[number];

/** These read, or set what is the session's own: `state on`, `bytecount 5`, `version 3`, `env-filter 1`. */
const watching = [
  'help',
  'version',
  'pid',
  'state',
  'log',
  'echo',
  'bytecount',
  'env-filter',
  'status',
  'load-stats',
  'nclients',
  'net',
  'remote-entry-count',
  'remote-entry-get',
  'hub-status',
  'exit',
  'quit',
];

/** These end a client's session. */
const ending = ['kill', 'client-kill'];

/** These answer what the daemon asks: about clients on a server, about the user on a client. */
const answering = [
  'client-auth',
  'client-auth-nt',
  'client-deny',
  'client-pending-auth',
  'client-pf',
  'username',
  'password',
  'needok',
  'needstr',
  'cr-response',
  'pk-sig',
  'rsa-sig',
  'certificate',
];

/** `admin` is not in here: it may send everything, also what is not known to the hub. */
const allowed: Readonly<Record<Exclude<Role, 'admin'>, ReadonlySet<string>>> = {
  monitor: new Set(watching),
  operator: new Set([...watching, ...ending]),
  auth: new Set([...watching, ...ending, ...answering]),
};

/** Commands that only tell when they have no parameter, and change the daemon for everybody when they have one. */
const asking: ReadonlySet<string> = new Set(['verb', 'mute', 'hold', 'auth-retry']);

/** Whether a program of this role may send this command, given as its words. */
export function mayRun(role: Role, words: readonly string[]): boolean {
  const [verb = '', ...parameters] = words;
  if (role === 'admin' || allowed[role].has(verb)) return true;
  return asking.has(verb) && parameters.length === 0;
}

/** Whether this command does more than the least role may: those that were carried out are worth a note. */
export function isPrivileged(words: readonly string[]): boolean {
  return !mayRun('monitor', words);
}

/** Whether a program of this role is shown passwords, tokens and answers to challenges. */
export function seesSecrets(role: Role): boolean {
  return role === 'auth';
}

/** Whether a program of this role may answer the daemon's questions. */
export function mayAnswer(role: Role): boolean {
  return role === 'auth' || role === 'admin';
}
