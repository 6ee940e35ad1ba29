import { type Command, command, commandWithBody } from './protocol/command.ts';
import { EncodeError } from './protocol/encode-error.ts';
import { integer } from './protocol/encoder.ts';
import { formatPendingMethod, type PendingMethod } from './protocol/info-message.ts';

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
  /** The answers to the authentication `kid` of client `cid`: the same object whenever the same one is meant. */
  answer(cid: number, kid: number): AuthAnswer;
  /** The client is gone. */
  forget(cid: number): void;
};

/**
 * `send` is of the connection on which the clients asked: CIDs start again with a new daemon, and an answer that comes
 * too late must not let in somebody else.
 */
export function createAuthAnswers(
  send: (command: Command) => Promise<unknown>,
  management: number,
): AuthAnswers {
  const clients = new Map<number, Map<number, AuthAnswer>>();

  const create = (cid: number, kid: number): AuthAnswer => {
    let decided = false;
    const ids = [
      ['cid', cid],
      ['kid', kid],
    ] as const;
    const decide = async (answer: Command): Promise<void> => {
      if (decided)
        throw new Error(`client ${cid} (key ${kid}) has been answered already; an answer is final`);
      decided = true;
      await send(answer);
    };
    return {
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
        if (decided)
          throw new Error(`client ${cid} (key ${kid}) has been answered already; nothing can be asked now`);
        await send(pendingCommand(management, cid, kid, formatPendingMethod(method), timeout));
      },
    };
  };

  return {
    answer(cid, kid) {
      const keys = clients.get(cid) ?? new Map<number, AuthAnswer>();
      clients.set(cid, keys);
      const answer = keys.get(kid) ?? create(cid, kid);
      // Only the latest authentications of a client can still be answered.
      if (keys.size >= 8 && !keys.has(kid)) keys.delete(keys.keys().next().value ?? kid);
      keys.set(kid, answer);
      return answer;
    },
    forget(cid) {
      clients.delete(cid);
    },
  };
}

/** `client-pending-auth` names the key since management version 5, which is OpenVPN 2.6.2. */
export function pendingCommand(
  management: number,
  cid: number,
  kid: number,
  extra: string,
  timeout: number,
): Command {
  if (management < 3) throw new EncodeError('client-pending-auth', 'needs OpenVPN 2.5 or later');
  const key = management < 5 ? [] : [integer('kid', kid)];
  return command(
    'client-pending-auth',
    integer('cid', cid),
    ...key,
    ['extra', extra],
    integer('timeout', timeout, 1),
  );
}
