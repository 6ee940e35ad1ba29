import type { ConnectOptions, ManagementClient, Target } from '@ovpnkit/management';
import { formatAddress } from './address.ts';
import { UsageError } from './usage-error.ts';

/** What every command gets from the program. */
export type Context = {
  /** Aborts when the program has to end. A command that runs until then ends with `signal.throwIfAborted()`. */
  readonly signal: AbortSignal;
  /** Writes one or more lines to the standard output. They hold no text of peers that is not made printable. */
  print(lines: string): void;
  /** Connects to the daemon that the global options name. The program closes the connection behind the command. */
  connect(options?: Pick<ConnectOptions, 'reconnect' | 'onBytes' | 'signal'>): Promise<ManagementClient>;
  /** What the library needs to connect there, for a command that does not use a client of its own. */
  upstream(): ConnectOptions;
};

/** The options that every command has. */
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
  const upstream = (): ConnectOptions => {
    if (management === undefined) {
      throw new UsageError(
        'say where the daemon is, with --management unix:/run/openvpn/server.sock or in OVPNKIT_MANAGEMENT',
      );
    }
    return {
      ...management,
      ...(passwordFile === undefined ? {} : { password: { file: passwordFile } }),
      ...(wait === undefined ? {} : { greetingTimeoutMs: wait * 1000, commandTimeoutMs: wait * 1000 }),
      signal,
    };
  };
  return {
    signal,
    print: lines => void process.stdout.write(`${lines}\n`),
    upstream,
    async connect(options = {}) {
      const target = upstream();
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
