import type { Client } from './protocol/status.ts';

export { EncodeError } from './protocol/encode-error.ts';

/** The daemon answered `ERROR:`. The connection goes on. Texts differ between versions: do not match on them. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** The command, secrets replaced. */
  readonly command: string;
  /** The daemon's words behind `ERROR: `. */
  readonly text: string;
  /** Lines that came before the error, such as `auth-retry` prints. */
  readonly lines: readonly string[];

  constructor(command: string, text: string, lines: readonly string[]) {
    super(`the daemon refused '${command}': ${[text, ...lines].join('; ')}`);
    this.command = command;
    this.text = text;
    this.lines = lines;
  }
}

/** The daemon's answer does not have the form that this command's answer has. The connection goes on. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
  readonly command: string;

  constructor(command: string, answer: string, problem?: string) {
    const what = problem === undefined ? '' : `${problem}; it ends with `;
    super(
      `the daemon's answer to '${command}' cannot be read: ${what}${JSON.stringify(answer.slice(0, 200))}`,
    );
    this.command = command;
  }
}

/**
 * Why a client was not found that was to be found.
 *
 * - `none`: nobody is called so, nor comes from there
 * - `ambiguous`: more than one
 * - `incomplete`: the daemon did not tell of all its clients, so that it is not known who else is meant
 * - `no server`: the daemon is a client, which has none
 */
export type LookupErrorReason = 'none' | 'ambiguous' | 'incomplete' | 'no server';

/** What was looked up in the status is not one client. Nobody was disconnected; the connection goes on. */
export class LookupError extends Error {
  override readonly name = 'LookupError';
  readonly target: string;
  readonly reason: LookupErrorReason;
  /** Those that were found. */
  readonly clients: readonly Client[];

  constructor(target: string, reason: LookupErrorReason, clients: readonly Client[]) {
    super(`${target}: ${lookupProblem(reason, clients)}`);
    this.target = target;
    this.reason = reason;
    this.clients = clients;
  }
}

/** One command got no complete answer in time. Its late answer is skipped, and the next command works. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly command: string;
  readonly timeoutMs: number;

  constructor(command: string, timeoutMs: number) {
    super(
      `the daemon did not answer '${command}' within ${timeoutMs} ms; it may be blocked by DNS or TCP, try again`,
    );
    this.command = command;
    this.timeoutMs = timeoutMs;
  }
}

/**
 * Why there is no connection.
 *
 * - `refused`: nobody listens there, or the host cannot be reached
 * - `not-found`: no such socket file or host
 * - `permission`: the operating system or the daemon does not let this user in
 * - `busy`: connected, but the daemon is silent: another program holds the one connection it grants, or it looks up a name
 * - `password`: the management password is missing or wrong
 * - `closed`: the connection is over, because the daemon or the caller ended it
 * - `overflow`: more came than a consumer took or a reply may hold, and nothing may be dropped silently
 * - `protocol`: the peer does not speak the management protocol, or no longer answers
 */
export type ConnectionErrorReason =
  | 'refused'
  | 'not-found'
  | 'permission'
  | 'busy'
  | 'password'
  | 'closed'
  | 'overflow'
  | 'protocol';

/** A connection could not be made or is finished. Open another. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly reason: ConnectionErrorReason;
  /** `/run/openvpn/server.sock` or `localhost:7505`. */
  readonly address: string;

  constructor(reason: ConnectionErrorReason, address: string, problem: string, options?: ErrorOptions) {
    super(`${address}: ${problem}`, options);
    this.reason = reason;
    this.address = address;
  }
}

const maxListed = 5;

function lookupProblem(reason: LookupErrorReason, clients: readonly Client[]): string {
  switch (reason) {
    case 'none':
      return 'no client has this common name, user name, real or virtual address, or cid:NUMBER';
    case 'incomplete':
      return 'it is not known which client is meant, as the daemon did not tell of all; name one as cid:NUMBER';
    case 'no server':
      return 'the daemon is a client, which has no clients';
    case 'ambiguous': {
      const listed = clients.slice(0, maxListed).map(({ cid, commonName, realAddress }) => {
        return `${cid === undefined ? '' : `cid:${cid} `}(${commonName}, ${realAddress})`;
      });
      if (clients.length > maxListed) listed.push(`${clients.length - maxListed} more`);
      return `${clients.length} clients are meant, ${listed.join(', ')}; name one of them, or ask for all (--all)`;
    }
  }
}

/** The error of a system call as a ConnectionError: its code decides the reason. */
export function fromSystemError(error: Error, address: string): ConnectionError {
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
      return new ConnectionError('not-found', address, 'there is no such socket; is the daemon running?', {
        cause: error,
      });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConnectionError('not-found', address, 'the host name cannot be resolved', { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new ConnectionError('permission', address, 'this user may not open the socket', {
        cause: error,
      });
    case 'EADDRINUSE':
      return new ConnectionError('busy', address, 'another program listens there already', { cause: error });
    case 'EAGAIN':
      // A unix socket whose queue is full: others wait already for the one connection.
      return new ConnectionError('busy', address, 'others wait there already', { cause: error });
    case 'EPIPE':
    case 'ECONNRESET':
      return new ConnectionError('closed', address, 'the daemon closed the connection', { cause: error });
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return new ConnectionError('refused', address, `nobody answers there (${code})`, { cause: error });
    default:
      return new ConnectionError('closed', address, `the connection broke: ${error.message}`, {
        cause: error,
      });
  }
}
