import { type Command, command, commandWithBody } from '../protocol/command.ts';
import { integer } from '../protocol/encoder.ts';
import { formatPendingMethod, type PendingMethod } from '../protocol/info-message.ts';
import { namedNumber, type Run, successText } from './answer.ts';
import { pendingCommand } from './client-auth.ts';

/** Commands of a server. A client, or a server that is held, answers them with a CommandError. */
export type ServerCommands = {
  /** How many clients are connected. */
  nclients(): Promise<number>;
  /**
   * Disconnects the clients with this common name, or the one at this real address as the status prints it: `ip:port`
   * up to 2.6, `proto:ip:port` from 2.7 on. Neither reaches a name that holds a `:`; {@link clientKill} does.
   */
  kill(target: string): Promise<void>;
  /** Lets a client in, with configuration lines for it. Inside an event, use its `allow`. Since OpenVPN 2.1. */
  clientAuth(cid: number, kid: number, directives: readonly string[]): Promise<void>;
  /** Lets a client in. A `kid` of 0 is refused: the daemon would report success and do nothing. */
  clientAuthNt(cid: number, kid: number): Promise<void>;
  /** Turns a client away; `reason` is for the log, `clientReason` for the client. */
  clientDeny(cid: number, kid: number, reason: string, clientReason?: string): Promise<void>;
  /** Asks more of the user, who has `timeout` seconds. Since OpenVPN 2.5; the key is named since 2.6.2. */
  clientPendingAuth(cid: number, kid: number, method: PendingMethod, timeout: number): Promise<void>;
  /** Disconnects one client. `message` is `RESTART` (the default), `HALT` or `RESTART,[N]text`; since OpenVPN 2.5. */
  clientKill(cid: number, message?: string): Promise<void>;
  /** A packet filter for one client. Up to OpenVPN 2.5. */
  clientPf(cid: number, lines: readonly string[]): Promise<void>;
  /** Pushes changed options, separated by commas, to all clients. Since OpenVPN 2.7; not with kernel offload. */
  pushUpdateBroad(options: string): Promise<void>;
  /** The same for one client. */
  pushUpdateCid(cid: number, options: string): Promise<void>;
};

export function serverCommands(run: Run, management: () => number): ServerCommands {
  const done = async (what: Command): Promise<void> => void (await run(what));
  const ids = (cid: number, kid: number) => [integer('cid', cid), integer('kid', kid, 1)] as const;
  return {
    async nclients() {
      return Number(namedNumber('nclients', successText(await run(command('nclients'))), 'nclients'));
    },
    kill: async target => done(command('kill', ['target', target])),
    clientAuth: async (cid, kid, directives) =>
      done(commandWithBody('client-auth', ids(cid, kid), ['directives', directives])),
    clientAuthNt: async (cid, kid) => done(command('client-auth-nt', ...ids(cid, kid))),
    async clientDeny(cid, kid, reason, clientReason) {
      const text = clientReason === undefined ? [] : [['clientReason', clientReason] as const];
      await done(command('client-deny', ...ids(cid, kid), ['reason', reason], ...text));
    },
    clientPendingAuth: async (cid, kid, method, timeout) =>
      done(pendingCommand(management(), cid, kid, formatPendingMethod(method), timeout)),
    async clientKill(cid, message) {
      const text = message === undefined ? [] : [['message', message] as const];
      await done(command('client-kill', integer('cid', cid), ...text));
    },
    clientPf: async (cid, lines) =>
      done(commandWithBody('client-pf', [integer('cid', cid)], ['lines', lines])),
    pushUpdateBroad: async options => done(command('push-update-broad', ['options', options])),
    pushUpdateCid: async (cid, options) =>
      done(command('push-update-cid', integer('cid', cid), ['options', options])),
  };
}
