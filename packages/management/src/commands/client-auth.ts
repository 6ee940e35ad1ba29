import { type Command, command, commandWithBody } from '../protocol/command.ts';
import { conductOf } from '../protocol/conduct.ts';
import { EncodeError } from '../protocol/encode-error.ts';
import { integer } from '../protocol/encoder.ts';
import { formatPendingMethod, type PendingMethod } from '../protocol/info-message.ts';

/** The ways to answer a client that waits; each returns when the daemon has taken the answer. */
export type AuthAnswer = {
  /**
   * Lets the client in. `directives` are configuration lines for this client, as in a `client-config-dir` file:
   * `ifconfig-push 10.8.0.50 255.255.255.0`.
   */
  allow(directives?: readonly string[]): Promise<void>;
  /**
   * Turns the client away. `reason` goes to the server's log, `clientReason` to the client; `TEMP[backoff 3]:text`
   * there makes it keep its credentials and try again later.
   */
  deny(reason: string, clientReason?: string): Promise<void>;
  /**
   * Asks more of the user, who has `timeout` seconds; `allow` or `deny` must follow. May be called again, for a second
   * question. Since OpenVPN 2.5.
   */
  pending(method: PendingMethod, timeout: number): Promise<void>;
};

/** Makes the answers of one connection, so that no client is answered twice, nor a client of another daemon. */
export type AuthAnswers = {
  /** Client `cid` asks, with its key `kid`: from now on these ids are of this client, and no longer of one before it. */
  ask(cid: number, kid: number): AuthAnswer;
  /** The answers to what was asked with these ids. */
  answer(cid: number, kid: number): AuthAnswer;
  /** The client is gone: it can no longer be answered. */
  forget(cid: number): void;
};

type Asked = { readonly answer: AuthAnswer; revoke(): void };

/**
 * `send` is of the connection on which the clients asked. CIDs start again with a new daemon, and also when a server
 * restarts (SIGUSR1, SIGHUP) on the same connection: an answer that comes too late must not let in somebody else.
 */
export function createAuthAnswers(
  send: (command: Command) => Promise<unknown>,
  management: number,
): AuthAnswers {
  const clients = new Map<number, Map<number, Asked>>();

  const create = (cid: number, kid: number): Asked => {
    let [decided, gone] = [false, false];
    const ids = [
      ['cid', cid],
      ['kid', kid],
    ] as const;
    const check = (): void => {
      if (gone) throw new EncodeError('cid', `${cid} (key ${kid}) is of a client that is gone`);
      if (decided)
        throw new Error(`client ${cid} (key ${kid}) has been answered already; an answer is final`);
    };
    const decide = async (answer: Command): Promise<void> => {
      check();
      decided = true;
      await send(answer);
    };
    const answer: AuthAnswer = {
      async allow(directives = []) {
        const body = ['directives', directives] as const;
        await decide(
          directives.length === 0
            ? command('client-auth-nt', ...ids)
            : commandWithBody('client-auth', ids, body),
        );
      },
      async deny(reason, clientReason) {
        const text = clientReason === undefined ? [] : [['clientReason', clientReason] as const];
        await decide(command('client-deny', ...ids, ['reason', reason], ...text));
      },
      async pending(method, timeout) {
        check();
        await send(pendingCommand(management, cid, kid, formatPendingMethod(method), timeout));
      },
    };
    const revoke = (): void => {
      gone = true;
    };
    return { answer, revoke };
  };

  const ask: AuthAnswers['ask'] = (cid, kid) => {
    const keys = clients.get(cid) ?? new Map<number, Asked>();
    clients.set(cid, keys);
    // Only the latest authentications of a client can still be answered.
    const [oldest = kid] = keys.keys();
    for (const old of keys.size >= 8 ? [oldest, kid] : [kid]) {
      keys.get(old)?.revoke();
      keys.delete(old);
    }
    const asked = create(cid, kid);
    keys.set(kid, asked);
    return asked.answer;
  };

  return {
    ask,
    answer: (cid, kid) => clients.get(cid)?.get(kid)?.answer ?? ask(cid, kid),
    forget(cid) {
      for (const asked of clients.get(cid)?.values() ?? []) asked.revoke();
      clients.delete(cid);
    },
  };
}

/** `client-pending-auth`, for the daemon that greets with this number. */
export function pendingCommand(
  management: number,
  cid: number,
  kid: number,
  extra: string,
  timeout: number,
): Command {
  const { pendingAuth } = conductOf(management);
  if (pendingAuth === undefined) throw new EncodeError('client-pending-auth', 'needs OpenVPN 2.5 or later');
  const key = pendingAuth === 'cid' ? [] : [integer('kid', kid)];
  return command(
    'client-pending-auth',
    integer('cid', cid),
    ...key,
    ['extra', extra],
    integer('timeout', timeout, 1),
  );
}
