import type { Command } from '../protocol/command.ts';
import { isAtLeast } from '../protocol/version.ts';
import { type AuthLease, createAuthLease } from './auth-lease.ts';
import { readCid, readKid } from './daemon-number.ts';
import { createVariants } from './fan-out.ts';
import type { HubEvent } from './hub-event.ts';
import { commandOf, type Relay } from './relay.ts';
import type { CommandRequest } from './request.ts';
import type { Session } from './session.ts';

/** The commands about a client that asks to be let in, and those of them that settle it. */
const about: ReadonlySet<string> = new Set([
  'client-auth',
  'client-auth-nt',
  'client-deny',
  'client-pending-auth',
]);
const settling: ReadonlySet<string> = new Set(['client-auth', 'client-auth-nt', 'client-deny']);

export function isDecision([verb = '']: readonly string[]): boolean {
  return about.has(verb);
}

/** Who decides about the clients of a server, and what is done while nobody does. */
export type Decisions = {
  readonly lease: AuthLease<Session>;
  /** Takes note of a notification, given as its lines. */
  note(lines: readonly string[]): void;
  /** Lets the session that holds the lease decide, about each client once. Resolves as the relay does. */
  decide(session: Session, request: CommandRequest, relay: Relay): Promise<boolean | undefined>;
  /** Turns away for now whoever waits while no program decides, if that is wanted. */
  settle(): void;
};

export type DecisionsOptions = {
  /** Whether clients may wait while nobody decides. */
  mayWait: boolean;
  /** Sends a command for the hub itself, before what sessions wait for; `undefined` while that cannot be done yet. */
  send(): ((what: Command) => unknown) | undefined;
  refused(session: Session, words: readonly string[], problem: string): void;
  onEvent(event: HubEvent): void;
};

/**
 * Whether this client would end on a refusal for now: before OpenVPN 2.6 none knows the difference. A client that waits
 * asks again after a minute by itself. One that says no version is taken for a newer one.
 */
function takesRefusalAsFinal(question: readonly string[]): boolean {
  const version = question.find(line => line.startsWith(clientVersion))?.slice(clientVersion.length);
  return version !== undefined && /^\d/.test(version) && !isAtLeast(version, 2, 6, 0);
}

const clientVersion = '>CLIENT:ENV,IV_VER=';

export function createDecisions({ mayWait, send, refused, onEvent }: DecisionsOptions): Decisions {
  const settle = (waiting = lease.waiting): void => {
    const run = send();
    if (!run || mayWait || lease.holder) return;
    for (const each of waiting) {
      const { cid, kid, question } = each;
      if (!lease.waits(each) || takesRefusalAsFinal(question)) continue;
      lease.decide(cid, kid);
      // With TEMP a client keeps its credentials and tries again.
      const words = [
        ...['client-deny', String(cid), String(kid), 'no program that decides is connected to the hub'],
        'TEMP[backoff 5,advance no]:sign-in service unavailable',
      ];
      const line = words.map(word => (word.includes(' ') ? `"${word}"` : word)).join(' ');
      run(commandOf({ line, words, body: undefined }));
      onEvent({ type: 'denied', cid, kid });
    }
  };

  const lease: AuthLease<Session> = createAuthLease(
    holder => {
      onEvent({ type: 'lease', id: holder?.id });
      // It was not there when they asked, or not the one to answer.
      for (const { question } of lease.waiting) holder?.output.notify(createVariants(question)(holder));
      settle();
    },
    session => session.role === 'admin',
  );

  return {
    lease,
    settle: () => settle(),
    note(lines) {
      const event = /^>CLIENT:(CONNECT|REAUTH|DISCONNECT),(\d+)(?:,(\d+))?/.exec(lines[0] ?? '');
      if (!event) return;
      const [, kind, cid = 0, kid = 0] = event;
      if (kind === 'DISCONNECT') lease.gone(BigInt(cid));
      else {
        const waiting = { cid: BigInt(cid), kid: BigInt(kid), question: lines };
        lease.asked(waiting);
        queueMicrotask(() => settle([waiting])); // when everybody has been told of it
      }
    },
    async decide(session, request, relay) {
      const { words } = request;
      const [verb = '', first = '', second = ''] = words;
      const [cid, kid] = [readCid(first), readKid(second)];
      // Up to 2.6.1 a question to the client has no KID. Of anything else without both numbers the daemon complains.
      const asksOnly = verb === 'client-pending-auth';
      const known = cid !== undefined && (kid !== undefined || asksOnly);
      const problem = known ? lease.refusal(session, cid, kid) : undefined;
      if (problem !== undefined) {
        session.output.reply(`ERROR: ${problem}`);
        refused(session, words, problem);
        return undefined;
      }
      const settles = cid !== undefined && kid !== undefined && settling.has(verb);
      const takeBack = settles ? lease.decide(cid, kid) : undefined;
      const accepted = await relay(session, commandOf(request), { urgent: true });
      if (!accepted) takeBack?.();
      return accepted;
    },
  };
}
