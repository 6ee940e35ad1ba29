import { ParseError } from '../errors.ts';
import { command, rawCommand } from '../protocol/command.ts';
import { integer, type Parameter } from '../protocol/encoder.ts';
import { type EchoMessage, type LogMessage, parseEchoMessage, parseLogMessage } from '../protocol/log.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Shape } from '../protocol/shape.ts';
import { parseState, type State } from '../protocol/state.ts';
import { blockLines, namedNumber, parseLines, type Run, successText } from './answer.ts';

export type SignalName = 'SIGHUP' | 'SIGTERM' | 'SIGUSR1' | 'SIGUSR2' | 'SIGINT';
export type AuthRetry = 'none' | 'interact' | 'nointeract';
/** All of the history, or its last so many entries. The daemon keeps 250 log lines and 100 of state and echo. */
export type History = 'all' | number;

/** Totals over all clients since the server started; zero clients in client mode. */
export type LoadStats = { readonly clients: number; readonly bytesIn: bigint; readonly bytesOut: bigint };

/** `state`, `log` and `echo` share a grammar: a switch, a piece of history, or both at once. */
type Switch<T> = {
  (action: 'on' | 'off'): Promise<void>;
  (history: History): Promise<T[]>;
  /** The history first and live events from then on, without a gap. */
  (action: 'on', history: History): Promise<T[]>;
};

/** Commands that a daemon of either mode knows. */
export type DaemonCommands = {
  /** The daemon's own list of commands, line by line. */
  help(): Promise<readonly string[]>;
  pid(): Promise<number>;
  /** Ends the connection from the daemon's side. Under `management-client` this ends the daemon as well. */
  exit(): Promise<void>;
  signal(name: SignalName): Promise<void>;
  /** Whether the daemon will wait at its next start for `hold('release')`. */
  hold(): Promise<boolean>;
  /** `release` starts a daemon that waits, and does nothing to one that does not. */
  hold(action: 'on' | 'off' | 'release'): Promise<void>;
  /** The present state: mode, since when the tunnel is up, addresses. */
  state(): Promise<State>;
  state(action: 'on' | 'off'): Promise<void>;
  /** Oldest first. */
  state(history: History): Promise<State[]>;
  state(action: 'on', history: History): Promise<State[]>;
  /** `>LOG:` events, or the latest lines of the daemon's log, oldest first. */
  log: Switch<LogMessage>;
  /** `>ECHO:` events, or the latest of them. */
  echo: Switch<EchoMessage>;
  /** BYTECOUNT or BYTECOUNT_CLI events every so many seconds; 0 ends them. */
  bytecount(seconds: number): Promise<void>;
  verb(): Promise<number>;
  /** 0 to 15. For the daemon as a whole. */
  verb(level: number): Promise<void>;
  mute(): Promise<number>;
  mute(messages: number): Promise<void>;
  authRetry(): Promise<string>;
  /** What a client does when its credentials are refused. A dynamic challenge needs `interact`. */
  authRetry(mode: AuthRetry): Promise<void>;
  /**
   * Which variables CLIENT events have: 0 all, 1 a short list and the X509_ ones, 2 the short list alone, 3 none. CONNECT
   * has the peer information (IV_, UV_) at every level. It cannot be read: asked without a level, the daemon sets 0.
   */
  envFilter(level: number): Promise<void>;
  loadStats(): Promise<LoadStats>;
  /** Makes the daemon forget the passwords that were entered. */
  forgetPasswords(): Promise<void>;
  /** Windows only: network and routing tables, line by line. */
  net(): Promise<readonly string[]>;
  /**
   * Any other command, as it is. `shape` says how its reply ends; it is needed for a verb that this library does not
   * know. Not for commands with a body.
   */
  raw(line: string, shape?: Shape): Promise<Reply>;
};

export function daemonCommands(run: Run): DaemonCommands {
  const text = async (verb: string, ...parameters: Parameter[]) =>
    successText(await run(command(verb, ...parameters)));
  const lines = async (verb: string, ...parameters: Parameter[]) =>
    blockLines(verb, await run(command(verb, ...parameters)));
  const number = async (verb: string) =>
    Number(namedNumber(verb, successText(await run(command(verb))), verb));

  const history = <T>(verb: string, parse: (line: string) => T | undefined) => {
    const call = async (first: 'on' | 'off' | History, second?: History): Promise<T[]> => {
      const parameters = second === undefined ? [word(first)] : [word(first), word(second)];
      return parseLines(verb, await lines(verb, ...parameters), parse);
    };
    return call as Switch<T>;
  };
  const states = history('state', parseState);

  async function state(...words: ['on' | 'off' | History, History?] | []): Promise<State | State[]> {
    if (words.length > 0) return (states as (...words: unknown[]) => Promise<State[]>)(...words);
    const rows = await lines('state');
    return parseLines('state', rows, parseState)[0] ?? Promise.reject(new ParseError('state', ''));
  }

  /** A command that reads without a value and writes with one. */
  const setting =
    <V extends number | string>(
      verb: string,
      read: () => Promise<unknown>,
      parameter: (value: V) => Parameter,
    ) =>
    async (value?: V): Promise<unknown> =>
      value === undefined ? read() : void (await text(verb, parameter(value)));

  return {
    help: () => lines('help'),
    pid: () => number('pid'),
    exit: async () => void (await run(command('exit'))),
    signal: async name => void (await text('signal', ['name', name])),
    hold: setting(
      'hold',
      async () => (await number('hold')) !== 0,
      value => ['action', value],
    ) as DaemonCommands['hold'],
    state: state as DaemonCommands['state'],
    log: history('log', parseLogMessage),
    echo: history('echo', parseEchoMessage),
    bytecount: async seconds => void (await text('bytecount', integer('seconds', seconds))),
    verb: setting(
      'verb',
      () => number('verb'),
      (level: number) => integer('level', level),
    ) as DaemonCommands['verb'],
    mute: setting(
      'mute',
      () => number('mute'),
      (count: number) => integer('messages', count),
    ) as DaemonCommands['mute'],
    authRetry: setting(
      'auth-retry',
      async () => (await text('auth-retry')).replace(/^auth-retry=/, ''),
      (mode: string) => ['mode', mode],
    ) as DaemonCommands['authRetry'],
    envFilter: async level => void (await text('env-filter', integer('level', level))),
    async loadStats() {
      const stats = await text('load-stats');
      const value = (name: string) => namedNumber('load-stats', stats, name);
      return { clients: Number(value('nclients')), bytesIn: value('bytesin'), bytesOut: value('bytesout') };
    },
    forgetPasswords: async () => void (await text('forget-passwords')),
    net: () => lines('net'),
    raw: async (line, shape) => run(rawCommand(line, shape)),
  };
}

function word(value: string | number): Parameter {
  return typeof value === 'number' ? integer('history', value, 1) : ['action', value];
}
