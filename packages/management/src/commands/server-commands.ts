import { type Command, command, commandWithBody } from '../protocol/command.ts';
import type { Conduct } from '../protocol/conduct.ts';
import { integer } from '../protocol/encoder.ts';
import { formatPendingMethod, type PendingMethod } from '../protocol/info-message.ts';
import { refuseMisreadKill } from '../protocol/kill-target.ts';
import { packPushUpdate } from '../protocol/push-update.ts';
import type { Reply } from '../protocol/reply.ts';
import { namedNumber, type Run, successText } from './answer.ts';
import { pendingCommand } from './client-auth.ts';

/** Commands of a server. A client, or a server that is held, answers them with a CommandError. */
export type ServerCommands = {
  /** How many clients are connected. */
  nclients(): Promise<number>;
  /**
   * The daemon's own `kill`: all clients with this common name, or the one at this IPv4 address, written `ip:port` up to
   * OpenVPN 2.6 and `udp:ip:port` or `tcp:ip:port` from 2.7 on, which is not what the status prints there. It reaches no
   * IPv6 client by its address and no name with a `:` or of more than 127 bytes, but takes what stands before the `:`
   * for a name: where that could disconnect another client, it is refused before it is sent (EncodeError). 2.7.0 and
   * 2.7.1 greet as 2.6 does, and count as that until `version()` has been asked.
   * `disconnectClients()` has none of these limits.
   */
  kill(target: string): Promise<void>;
  /** Lets a client in, with configuration lines for it. Inside an event, use its `allow`. Since OpenVPN 2.1. */
  clientAuth(cid: number, kid: number, directives: readonly string[]): Promise<void>;
  /**
   * Lets a client in. KIDs begin at 1, and at 0 up to OpenVPN 2.5. A `kid` of 0 is refused where they begin at 1: the
   * daemon would report success and do nothing.
   */
  clientAuthNt(cid: number, kid: number): Promise<void>;
  /** Turns a client away; `reason` is for the log, `clientReason` for the client. */
  clientDeny(cid: number, kid: number, reason: string, clientReason?: string): Promise<void>;
  /** Asks more of the user, who has `timeout` seconds. Since OpenVPN 2.5; the key is named since 2.6.2. */
  clientPendingAuth(cid: number, kid: number, method: PendingMethod, timeout: number): Promise<void>;
  /** Disconnects one client. `message` is `RESTART` (the default), `HALT` or `RESTART,[N]text`; since OpenVPN 2.5. */
  clientKill(cid: number, message?: string): Promise<void>;
  /** A packet filter for one client. Up to OpenVPN 2.5. */
  clientPf(cid: number, lines: readonly string[]): Promise<void>;
  /**
   * Pushes changed options, separated by commas, to all clients: `route 10.1.0.0 255.255.0.0,-dns`. Resolves with how
   * many clients it was sent to, `undefined` when the daemon does not say. Rejects with CommandError when it was none; not with kernel offload. Since OpenVPN 2.7.
   *
   * A client forgets the earlier values of an option that comes again, so options of one name go out together. The daemon
   * takes 255 bytes at once: a longer list goes out as several updates, and one name with more is refused (EncodeError).
   */
  pushUpdateBroad(options: string): Promise<number | undefined>;
  /** The same for one client. */
  pushUpdateCid(cid: number, options: string): Promise<number | undefined>;
};

export function serverCommands(run: Run, management: () => number, conduct: () => Conduct): ServerCommands {
  const done = async (what: Command): Promise<void> => void (await run(what));
  const ids = (cid: number, kid: number) =>
    [integer('cid', cid), integer('kid', kid, conduct().firstKid)] as const;
  /** Sends an update in as many commands as it takes; with how many clients the last of them reached. */
  const update = async (options: string, what: (options: string) => Command): Promise<number | undefined> => {
    let reply: Reply = [];
    for (const each of packPushUpdate(options).map(what)) reply = await run(each);
    return updatedClients(reply);
  };
  return {
    async nclients() {
      return Number(namedNumber('nclients', successText(await run(command('nclients'))), 'nclients'));
    },
    async kill(target) {
      const what = command('kill', ['target', target]);
      refuseMisreadKill(target, conduct().killAddress);
      await done(what);
    },
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
    pushUpdateBroad: async options =>
      update(options, part => command('push-update-broad', ['options', part])),
    pushUpdateCid: async (cid, options) =>
      update(options, part => command('push-update-cid', integer('cid', cid), ['options', part])),
  };
}

/** The number in `1 client(s) updated`, which stands before the last part of the reply. */
function updatedClients([first]: Reply): number | undefined {
  const number = first?.type === 'success' ? /^(\d+) client\(s\) updated$/.exec(first.text)?.[1] : undefined;
  return number === undefined ? undefined : Number(number);
}
