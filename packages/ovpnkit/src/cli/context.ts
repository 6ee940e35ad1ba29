import type { ConnectOptions, ManagementClient, Target } from '@ovpnkit/management';
import { formatAddress } from './address.ts';
import { chooseDaemon, type Peer } from './choose-daemon.ts';

/** What every command gets from the program. */
export type Context = {
  /** Aborts when the program has to end. A command that runs until then ends with `signal.throwIfAborted()`. */
  readonly signal: AbortSignal;
  /** Writes one or more lines to the standard output. They hold no text of peers that is not made printable. */
  print(lines: string): void;
  /**
   * Connects to the daemon that the global options name, or else to the only one that there is. The program closes the
   * connection behind the command.
   */
  connect(
    options?: Pick<ConnectOptions, 'reconnect' | 'onBytes' | 'signal'> & { readonly to?: Peer },
  ): Promise<ManagementClient>;
  /**
   * What the library needs to connect there, for a command that has something to do before, or a client of its own. Rejects
   * with a UsageError when nobody said where the daemon is, or the password cannot be read.
   */
  upstream(to?: Peer): Promise<ConnectOptions>;
};

/** What the options say that every command has which talks to a daemon. */
export type GlobalOptions = {
  readonly management: Target | undefined;
  readonly passwordFile: string | undefined;
  /** In seconds. */
  readonly wait: number | undefined;
};

export type OpenContext = Context & { close(): Promise<void> };

export function createContext(
  { management, passwordFile, wait }: GlobalOptions,
  signal: AbortSignal,
): OpenContext {
  const clients: ManagementClient[] = [];
  let target: Promise<ConnectOptions> | undefined;
  const find = async (to: Peer): Promise<ConnectOptions> => {
    const { readPasswordFile } = await import('./password-file.ts');
    const password = passwordFile === undefined ? {} : { password: readPasswordFile(passwordFile) };
    const limits =
      wait === undefined ? {} : { greetingTimeoutMs: wait * 1000, commandTimeoutMs: wait * 1000 };
    return { ...(management ?? chooseDaemon(to)), ...password, ...limits, signal };
  };
  // Found once, so that it is told once.
  const upstream = (to: Peer = 'any'): Promise<ConnectOptions> => {
    target ??= find(to);
    return target;
  };
  return {
    signal,
    print: lines => void process.stdout.write(`${lines}\n`),
    upstream,
    async connect({ to, ...options } = {}) {
      const target = await upstream(to);
      const { connect } = await import('@ovpnkit/management');
      if ('listen' in target) {
        process.stderr.write(`ovpnkit: waiting for a daemon at ${formatAddress(target.listen)}\n`);
      }
      const client = await connect({ ...target, ...options });
      clients.push(client);
      return client;
    },
    async close() {
      await Promise.all(clients.map(client => client.close()));
    },
  };
}
